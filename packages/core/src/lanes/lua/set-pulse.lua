--[[
Declares the lanes built, unless they were lost while they were being built.

KEYS[1]  pulse      the reconciler's counter, missing while the lanes are not built
KEYS[2]  building   the token of the build at work
ARGV[1]  the token of this build
ARGV[2]  the new pulse
Returns  1, or 0 when the token is gone: Redis was flushed or another build began
]]
if redis.call('GET', KEYS[2]) ~= ARGV[1] then
  return 0
end
redis.call('SET', KEYS[1], ARGV[2])
redis.call('DEL', KEYS[2])
return 1
