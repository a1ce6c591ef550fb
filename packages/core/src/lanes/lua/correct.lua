--[[
Sets entries right that were seen where they do not belong, whatever version they are of. One that has moved since it was
seen is left alone: its row was read too early or too late.

KEYS[1…6], ARGV[1…2]  see places.lua
KEYS[7]  corrected  sorted set: ids that were set right lately, by the time they were
ARGV[3]  due        see inspect.lua
ARGV[4]  lately     milliseconds: what was set right before this moment does not matter any more
ARGV[5…] per entry: id, what was seen of it, and the record that follows from its row by now
Returns  per entry: "left" when it moved or is right, "returned" when it was handed out and never claimed, "corrected", or
         "again" when it had been corrected before
]]
local corrected, due = KEYS[7], tonumber(ARGV[3])
redis.call('ZREMRANGEBYSCORE', corrected, '-inf', '(' .. ARGV[4])

local function setRight(id, known, record)
  local _, knownLane, _, knownAvailableFrom = partsOf(known)
  local _, lane, _, availableFrom = partsOf(record)
  leave(id, knownLane, knownAvailableFrom)
  leave(id, lane, availableFrom)
  redis.call('ZREM', claims, id)
  if record == '' then
    redis.call('HDEL', records, id)
  else
    redis.call('HSET', records, id, record)
    enter(id, record)
  end
end

local answers = {}
for i = 5, #ARGV, 3 do
  local id, sighting, record = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local seen = look(id)
  local answer = 'left'
  if sightingOf(seen) == sighting and not isRight(seen, record, due) then
    setRight(id, seen.record, record)
    if seen.record == record and isOverdue(seen, due) and seen.lane == '' and seen.later == '' then
      answer = 'returned'
    else
      answer = redis.call('ZADD', corrected, now, id) == 1 and 'corrected' or 'again'
    end
  end
  answers[#answers + 1] = answer
end
return answers
