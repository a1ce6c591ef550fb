--[[
Looks at the lanes as a whole. Every record is in one place, so the sizes of all places add up to the number of records,
at every moment and whatever moves: when they do not, something was lost or is twice.

KEYS[1…6], ARGV[1…2]  see places.lua
ARGV[3]  how many heads of each lane
ARGV[4…] lanes from which entries may be had: what is in them counts, though no name tells of them
Returns  { how many records have no place (below zero: how many places have no record), how many records are of entries
           that wait, then the ids of the heads }
]]
for i = 4, #ARGV do
  if redis.call('EXISTS', laneKey(ARGV[i]), laterKey(ARGV[i])) > 0 then
    redis.call('SADD', names, ARGV[i])
  end
end

local recorded, gone = redis.call('HLEN', records), redis.call('ZCARD', ended)
local unplaced = recorded - gone - redis.call('ZCARD', claims)
local answer = { 0, recorded - gone }
for _, lane in ipairs(redis.call('SMEMBERS', names)) do
  local size = redis.call('ZCARD', laneKey(lane)) + redis.call('ZCARD', laterKey(lane))
  if size == 0 then
    redis.call('SREM', names, lane)
  end
  unplaced = unplaced - size
  for _, member in ipairs(redis.call('ZRANGE', laneKey(lane), 0, ARGV[3] - 1)) do
    answer[#answer + 1] = idOf(member)
  end
end
answer[1] = unplaced
return answer
