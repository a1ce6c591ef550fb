--[[
Drops keys of lanes that nobody has entered in this epoch: those of before of which the names told nothing.

KEYS[1…6], ARGV[1…2]  see places.lua
ARGV[3…] lanes
]]
for i = 3, #ARGV do
  if redis.call('SISMEMBER', names, ARGV[i]) == 0 then
    redis.call('UNLINK', laneKey(ARGV[i]), laterKey(ARGV[i]))
  end
end
return 1
