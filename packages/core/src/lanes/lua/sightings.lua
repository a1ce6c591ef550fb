--[[
What is seen of an entry, and whether it is right; for the scripts that compare the lanes with Postgres, after places.lua.
]]

-- Another process's clock may be ahead by so many milliseconds, and have moved an entry into its lane already.
local aheadBy = 1000

-- Returns an entry's record ("" without one), its scores in its lane and among the later ones, and since when it is
-- handed out, each "" when it is not there.
local function look(id)
  local record = redis.call('HGET', records, id) or ''
  local _, lane, _, availableFrom = partsOf(record)
  local seen = { record = record, lane = '', later = '', claimed = redis.call('ZSCORE', claims, id) or '' }
  if lane ~= '-' then
    local member = memberOf(id, availableFrom)
    seen.lane = redis.call('ZSCORE', laneKey(lane), member) or ''
    seen.later = redis.call('ZSCORE', laterKey(lane), member) or ''
  end
  return seen
end

local function sightingOf(seen)
  return table.concat({ seen.record, seen.lane, seen.later, seen.claimed }, '|')
end

-- Whether an entry was handed out before `due` and nothing came of it.
local function isOverdue(seen, due)
  return seen.claimed ~= '' and tonumber(seen.claimed) <= due
end

-- Whether what is seen follows from `record`, which is "" when there is no such entry.
local function isRight(seen, record, due)
  local version, lane, priority, _, hadFrom, untilWhen = partsOf(record)
  if lane == '-' then
    local knownVersion, knownLane = partsOf(seen.record)
    local isOld = record == '' or tonumber(knownVersion) <= tonumber(version)
    return knownLane == '-' and isOld and seen.claimed == ''
  end
  if seen.record ~= record or isOverdue(seen, due) then
    return false
  end
  local isInLane = tonumber(seen.lane) == tonumber(priority) and tonumber(hadFrom) <= now + aheadBy
  -- One whose hours are over stays in its lane until it is met there.
  local isClosed = untilWhen and untilWhen <= now + aheadBy and tonumber(seen.later) == closedScore
  local isLater = isClosed or tonumber(seen.later) == tonumber(hadFrom)
  return seen.lane ~= '' and seen.later == '' and seen.claimed == '' and isInLane
    or seen.lane == '' and seen.later ~= '' and seen.claimed == '' and isLater
    or seen.lane == '' and seen.later == '' and seen.claimed ~= ''
end
