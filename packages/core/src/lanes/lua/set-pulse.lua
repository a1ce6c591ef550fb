--[[
Notes that a pass has brought the lanes up to date, unless they were lost or built by somebody else since it began.

KEYS[1]  pulse      the last pass; missing while the lanes are not built
KEYS[2]  epoch      see places.lua
ARGV[1]  the epoch in which this pass began
ARGV[2]  the pulse that it found, "" when it built the lanes
ARGV[3]  its own pulse
Returns  1, or 0 when epoch or pulse is another one
]]
if redis.call('GET', KEYS[2]) ~= ARGV[1] or (redis.call('GET', KEYS[1]) or '') ~= ARGV[2] then
  return 0
end
redis.call('SET', KEYS[1], ARGV[3])
return 1
