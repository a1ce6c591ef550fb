--[[
Brings queue entries to their place in the lanes, or out of them.

An entry's record remembers the highest version seen. The same or an older version changes nothing, so entries may be
applied at once after commit, again by the reconciler, in any order, by anyone.

KEYS[1]  records    hash: entry id -> "version lane priority availableFrom", lane "-" when in no lane
KEYS[2]  ended      sorted set: ids of records in no lane, by the time they left; forgotten after a while (forget.lua)
KEYS[3]  claims     sorted set: ids handed out by propose.lua and not settled yet, by the time they were
KEYS[4]  never      exists never: a cluster that is moving keys to another node refuses the script for it (TRYAGAIN). The keys
                    of lanes are not declared, as only the records tell which; with half of them gone, half would be done
ARGV[1]  prefix     of the lanes' keys: <prefix>:lane:<lane> (to be had now) and <prefix>:wait:<lane> (later)
ARGV[2]  now        milliseconds
ARGV[3]  "put-back" when an entry handed out is to return to its lane at the same version, else ""
ARGV[4…] per entry: id, record
Returns  how many entries changed
]]
local records, ended, claims = KEYS[1], KEYS[2], KEYS[3]
local prefix, now, putBack = ARGV[1], tonumber(ARGV[2]), ARGV[3] == 'put-back'

-- Returns version, lane, priority and availableFrom.
local function partsOf(record)
  return record:match('^(%d+) (%S+) (%S+) (%d+)$')
end

-- Time and id, both of fixed width, so that Redis orders equal priorities as the queue does.
local function memberOf(id, availableFrom)
  return ('0'):rep(15 - #availableFrom) .. availableFrom .. ('0'):rep(19 - #id) .. id
end

local function enter(id, lane, priority, availableFrom)
  if lane == '-' then
    redis.call('ZADD', ended, now, id)
  elseif tonumber(availableFrom) <= now then
    redis.call('ZADD', prefix .. ':lane:' .. lane, priority, memberOf(id, availableFrom))
  else
    redis.call('ZADD', prefix .. ':wait:' .. lane, availableFrom, memberOf(id, availableFrom))
  end
end

local function leave(id, lane, availableFrom)
  if lane == '-' then
    redis.call('ZREM', ended, id)
  else
    local member = memberOf(id, availableFrom)
    redis.call('ZREM', prefix .. ':lane:' .. lane, member)
    redis.call('ZREM', prefix .. ':wait:' .. lane, member)
  end
end

local changed = 0
for i = 4, #ARGV, 2 do
  local id, record = ARGV[i], ARGV[i + 1]
  local known = redis.call('HSETNX', records, id, record) == 0 and redis.call('HGET', records, id)
  if known ~= record or putBack then
    local version, lane, priority, availableFrom = partsOf(record)
    if not known then
      enter(id, lane, priority, availableFrom)
      changed = changed + 1
    else
      local knownVersion, knownLane, _, knownAvailableFrom = partsOf(known)
      local isNewer = tonumber(version) > tonumber(knownVersion)
      local returns = putBack and version == knownVersion and redis.call('ZSCORE', claims, id)
      if isNewer or returns then
        leave(id, knownLane, knownAvailableFrom)
        redis.call('ZREM', claims, id)
        redis.call('HSET', records, id, record)
        enter(id, lane, priority, availableFrom)
        changed = changed + 1
      end
    end
  end
end

return changed
