--[[
Where entries are; the scripts that bring them there begin with this. They share their first keys and arguments:

KEYS[1]  records    hash: entry id -> record
KEYS[2]  ended      sorted set: ids of records in no lane, by the time they left; forgotten after a while (forget.lua)
KEYS[3]  claims     sorted set: ids handed out by propose.lua and not settled yet, by the time they were
KEYS[4]  names      set: the lanes that there are
KEYS[5]  epoch      the build that made the lanes (begin-build.lua)
KEYS[6]  never      exists never: a cluster that is moving keys to another node refuses the script for it (TRYAGAIN). The keys
                    of lanes are not declared, as only the records tell which; with half of them gone, half would be done
ARGV[1]  prefix     of the lanes' keys: <prefix>:lane:<lane> (to be had now) and <prefix>:later:<lane> (not yet)
ARGV[2]  now        milliseconds

Every record is in one of these places: a lane, the later entries of one, the claims, or those that ended.
]]
local records, ended, claims, names, epoch = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local prefix, now = ARGV[1], tonumber(ARGV[2])

local function laneKey(lane)
  return prefix .. ':lane:' .. lane
end

local function laterKey(lane)
  return prefix .. ':later:' .. lane
end

local named = {}

-- A lane that is new begins empty, whatever was left under its keys.
local function name(lane)
  if not named[lane] and redis.call('SADD', names, lane) == 1 then
    redis.call('UNLINK', laneKey(lane), laterKey(lane))
  end
  named[lane] = true
end

local function enter(id, record)
  local _, lane, priority, availableFrom, hadFrom = partsOf(record)
  if lane == '-' then
    redis.call('ZADD', ended, now, id)
    return
  end
  name(lane)
  if tonumber(hadFrom) <= now then
    redis.call('ZADD', laneKey(lane), priority, memberOf(id, availableFrom))
  else
    redis.call('ZADD', laterKey(lane), hadFrom, memberOf(id, availableFrom))
  end
end

local function leave(id, lane, availableFrom)
  if lane == '-' then
    redis.call('ZREM', ended, id)
  else
    local member = memberOf(id, availableFrom)
    redis.call('ZREM', laneKey(lane), member)
    redis.call('ZREM', laterKey(lane), member)
  end
end
