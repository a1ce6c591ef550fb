--[[
Forgets all that the lanes hold and begins a new epoch. Until the build has ended they have no pulse, and propose nothing.

KEYS[1…6], ARGV[1…2]  see places.lua
KEYS[7]  pulse      see set-pulse.lua
KEYS[8]  corrected  see correct.lua
ARGV[3]  the new epoch
]]
local known = redis.pcall('SMEMBERS', names)
for _, lane in ipairs(known) do
  redis.call('UNLINK', laneKey(lane), laterKey(lane))
end
redis.call('UNLINK', records, ended, claims, names, KEYS[7], KEYS[8])
redis.call('SET', epoch, ARGV[3])
return 1
