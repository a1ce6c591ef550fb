--[[
Brings queue entries to their place in the lanes, or out of them.

An entry's record remembers the highest version seen. The same or an older version changes nothing, so entries may be
applied at once after commit, again by the reconciler, in any order, by anyone. But what was committed before the lanes were
built may be of a history that Postgres has lost: entries of another epoch are noted, and the next pass compares them.

KEYS[1…6], ARGV[1…2]  see places.lua
KEYS[7]  doubtful   set: ids of entries that were written in another epoch
ARGV[3]  epoch      that the caller knows of, "" for none
ARGV[4]  "put-back" when an entry handed out is to return to its lane at the same version, else ""
ARGV[5…] per entry: id, record
Returns  1, or 0 when the lanes are of another epoch
]]
local isOfThisEpoch = (redis.call('GET', epoch) or '') == ARGV[3]
local putBack = ARGV[4] == 'put-back'

for i = 5, #ARGV, 2 do
  local id, record = ARGV[i], ARGV[i + 1]
  if not isOfThisEpoch then
    redis.call('SADD', KEYS[7], id)
  end
  local known = redis.call('HSETNX', records, id, record) == 0 and redis.call('HGET', records, id)
  if known ~= record or putBack then
    local version = partsOf(record)
    if not known then
      enter(id, record)
    else
      local knownVersion, knownLane, _, knownAvailableFrom = partsOf(known)
      local isNewer = tonumber(version) > tonumber(knownVersion)
      local returns = putBack and version == knownVersion and redis.call('ZSCORE', claims, id)
      if isNewer or returns then
        leave(id, knownLane, knownAvailableFrom)
        redis.call('ZREM', claims, id)
        redis.call('HSET', records, id, record)
        enter(id, record)
      end
    end
  end
end

return isOfThisEpoch and 1 or 0
