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
ARGV[4…] per entry: id, version, lane ("-" for none), priority, availableFrom in milliseconds
Returns  how many entries changed
]]
local records, ended, claims = KEYS[1], KEYS[2], KEYS[3]
local prefix, now, putBack = ARGV[1], tonumber(ARGV[2]), ARGV[3] == 'put-back'

-- Time and id, both of fixed width, so that Redis orders equal priorities as the queue does.
local function memberOf(id, availableFrom)
  return ('0'):rep(15 - #availableFrom) .. availableFrom .. ('0'):rep(19 - #id) .. id
end

local function place(id, lane, priority, availableFrom)
  local member = memberOf(id, availableFrom)
  if tonumber(availableFrom) <= now then
    redis.call('ZADD', prefix .. ':lane:' .. lane, priority, member)
  else
    redis.call('ZADD', prefix .. ':wait:' .. lane, availableFrom, member)
  end
end

local changed = 0
for i = 4, #ARGV, 5 do
  local id, version, lane, priority, availableFrom = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4]
  local record = version .. ' ' .. lane .. ' ' .. priority .. ' ' .. availableFrom

  if redis.call('HSETNX', records, id, record) == 1 then
    if lane == '-' then
      redis.call('ZADD', ended, now, id)
    else
      place(id, lane, priority, availableFrom)
    end
    changed = changed + 1
  else
    local knownVersion, knownLane, knownAvailableFrom =
      redis.call('HGET', records, id):match('^(%d+) (%S+) %S+ (%d+)$')
    local isNewer = tonumber(version) > tonumber(knownVersion)
    local returns = putBack and version == knownVersion and redis.call('ZSCORE', claims, id)
    if isNewer or returns then
      if knownLane ~= '-' then
        local member = memberOf(id, knownAvailableFrom)
        redis.call('ZREM', prefix .. ':lane:' .. knownLane, member)
        redis.call('ZREM', prefix .. ':wait:' .. knownLane, member)
      end
      redis.call('ZREM', claims, id)
      redis.call('HSET', records, id, record)
      if lane == '-' then
        redis.call('ZADD', ended, now, id)
      else
        if knownLane == '-' then
          redis.call('ZREM', ended, id)
        end
        place(id, lane, priority, availableFrom)
      end
      changed = changed + 1
    end
  end
end

return changed
