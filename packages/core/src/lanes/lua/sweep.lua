--[[
Drops what no record speaks of from a part of a lane, or of those that ended.

KEYS[1…6], ARGV[1…2]  see places.lua
ARGV[3]  the lane, or "-" for those that ended
ARGV[4]  "lane" or "later", when it is a lane
ARGV[5]  start, ARGV[6]  how many
Returns  { how many were looked at, how many of them were dropped }
]]
local lane = ARGV[3]
local key = lane == '-' and ended or ARGV[4] == 'lane' and laneKey(lane) or laterKey(lane)
local members = redis.call('ZRANGE', key, ARGV[5], ARGV[5] + ARGV[6] - 1)
local dropped = 0
for _, member in ipairs(members) do
  local id = lane == '-' and member or idOf(member)
  local record = redis.call('HGET', records, id)
  local _, knownLane, _, availableFrom = partsOf(record or '')
  local isKnown = record and knownLane == lane and (lane == '-' or memberOf(id, availableFrom) == member)
  if not isKnown then
    dropped = dropped + redis.call('ZREM', key, member)
  end
end
return { #members, dropped }
