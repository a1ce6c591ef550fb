--[[
Brings queue entries to their place in the lanes, or out of them.

An entry's record remembers the highest version seen. The same or an older version changes nothing, so entries may be
applied at once after commit, again by the reconciler, in any order, by anyone. Only writes of this epoch count: one that
was committed before the lanes were built may be of a history that Postgres has lost.

KEYS[1…6], ARGV[1…2]  see places.lua
ARGV[3]  epoch      that the caller knows of, "" for none
ARGV[4]  "put-back" when an entry handed out is to return to its lane at the same version, else ""
ARGV[5…] per entry: id, record
Returns  how many entries changed, or -1 when the lanes are of another epoch
]]
local putBack = ARGV[4] == 'put-back'
if (redis.call('GET', epoch) or '') ~= ARGV[3] then
  return -1
end

local changed = 0
for i = 5, #ARGV, 2 do
  local id, record = ARGV[i], ARGV[i + 1]
  local known = redis.call('HSETNX', records, id, record) == 0 and redis.call('HGET', records, id)
  if not known then
    enter(id, record)
    changed = changed + 1
  elseif known ~= record or putBack then
    local version, knownVersion = partsOf(record), partsOf(known)
    local isNewer = tonumber(version) > tonumber(knownVersion)
    local returns = putBack and version == knownVersion and redis.call('ZSCORE', claims, id)
    if isNewer or returns then
      leave(id, known)
      redis.call('ZREM', claims, id)
      redis.call('HSET', records, id, record)
      enter(id, record)
      changed = changed + 1
    end
  end
end

return changed
