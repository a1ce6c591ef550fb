--[[
Tells which entries are not where their rows in Postgres say.

KEYS[1…6], ARGV[1…2]  see places.lua
ARGV[3]  due        milliseconds: an entry handed out before this moment should have been claimed or be back
ARGV[4]  "thorough" to look as well whether an entry in its lane is in another place besides, which the sum of all places
         tells too (survey.lua), else ""
ARGV[5…] per entry: id, and the record that follows from its row, "" without one
Returns  per entry that is not right: id, what was seen of it (for correct.lua)
]]
local due, isThorough = tonumber(ARGV[3]), ARGV[4] == 'thorough'

local function isInLane(id, record)
  if record == '' or redis.call('HGET', records, id) ~= record then
    return false
  end
  local _, lane, priority, availableFrom, hadFrom = partsOf(record)
  local score = lane ~= '-' and redis.call('ZSCORE', laneKey(lane), memberOf(id, availableFrom))
  return score and tonumber(score) == tonumber(priority) and tonumber(hadFrom) <= now + aheadBy
end

local wrong = {}
for i = 5, #ARGV, 2 do
  local id, record = ARGV[i], ARGV[i + 1]
  if isThorough or not isInLane(id, record) then
    local seen = look(id)
    if not isRight(seen, record, due) then
      wrong[#wrong + 1] = id
      wrong[#wrong + 1] = sightingOf(seen)
    end
  end
end
return wrong
