--[[
How the lanes write an entry down; every script begins with this, and keys.ts writes and reads the same.

record  "version lane priority availableFrom", lane "-" when in no lane; and when the entry is on hold for longer,
        until when; and with a fifth one, when its hours end, if they do
member  availableFrom in milliseconds and id, both of fixed width, so that Redis orders equal priorities as the queue does
]]

-- Where entries are among the later ones whose hours are over: after all times that there are.
local closedScore = 9e15

-- Returns version, lane, priority, availableFrom, since when the entry can be had, and until when, nil when its hours have no end.
-- What is no record says nothing, so that every version is newer.
local function partsOf(record)
  local version, lane, priority, availableFrom, hold, untilWhen =
    record:match('^(%d+) (%S+) (%S+) (%d+) ?(%d*) ?(%d*)$')
  if version then
    return version, lane, priority, availableFrom, hold ~= '' and hold or availableFrom, tonumber(untilWhen)
  end
  return '0', '-', '0', '0', '0', nil
end

local function memberOf(id, availableFrom)
  return ('0'):rep(15 - #availableFrom) .. availableFrom .. ('0'):rep(19 - #id) .. id
end

local function idOf(member)
  return (member:sub(16):gsub('^0+', ''))
end
