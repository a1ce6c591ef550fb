--[[
Proposes the first entry of several lanes: lowest priority score, then earliest availableFrom, then lowest id. When that is a
callback of a lane that yields, the first ordinary user goes first, if any waits.

An entry whose hours are over is put behind the later ones when it is met as the first: Postgres would refuse it, and it leaves
its queue within seconds. Later entries whose time has come are moved into their lanes first, a bounded number a call. While more
are left to move, the order is not certain yet and the caller asks again.

KEYS[1]  records    see places.lua
KEYS[2]  claims     see places.lua
KEYS[3]  pulse      missing while the lanes are not built
KEYS[4…] per lane: the lane, then its later entries
ARGV[1]  now        milliseconds
ARGV[2]  "take" hands the entry out (out of its lane, into claims), "peek" leaves it where it is
ARGV[3…] where lanes yield: the priority scores of callbacks and of the first ordinary users, then per lane 1 or 0, whether it
         yields; else nothing
Returns  { "entry", id, lane } | { "empty" } | { "more" } | { "unbuilt" }; the id is a string, as a number it would lose digits;
         the lane, from 0, is that of the first callback, where the first entry is one, else that of the entry
]]
local records, claims, pulse = KEYS[1], KEYS[2], KEYS[3]
local now, takes = ARGV[1], ARGV[2] == 'take'
local movedAtOnce = 500
local callback, firstOrdinary = tonumber(ARGV[3]), ARGV[4]

if redis.call('EXISTS', pulse) == 0 then
  return { 'unbuilt' }
end

for i = 4, #KEYS, 2 do
  local lane, later = KEYS[i], KEYS[i + 1]
  local due = redis.call('ZRANGEBYSCORE', later, '-inf', now, 'LIMIT', 0, movedAtOnce)
  for _, member in ipairs(due) do
    local record = redis.call('HGET', records, idOf(member))
    if record then -- Without one it has no priority; the reconciler misses it and brings it back.
      local _, _, priority = partsOf(record)
      redis.call('ZADD', lane, priority, member)
    end
    redis.call('ZREM', later, member)
  end
  if #due == movedAtOnce then
    return { 'more' }
  end
end

-- The first entry with this priority score or a later one: its lane, counted from 0, member and score.
local function firstFrom(least)
  local lane, first, score
  for i = 4, #KEYS, 2 do
    local head = redis.call('ZRANGEBYSCORE', KEYS[i], least, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
    if #head > 0 then
      local member, priority = head[1], tonumber(head[2])
      if not first or priority < score or (priority == score and member < first) then
        lane, first, score = (i - 4) / 2, member, priority
      end
    end
  end
  return lane, first, score
end

local function isClosed(member)
  local record = redis.call('HGET', records, idOf(member))
  local untilWhen = record and select(6, partsOf(record))
  return untilWhen and untilWhen <= tonumber(now)
end

local lane, member, priority = firstFrom('-inf')
local closed = 0
while member and isClosed(member) do
  redis.call('ZREM', KEYS[4 + 2 * lane], member)
  redis.call('ZADD', KEYS[5 + 2 * lane], closedScore, member)
  closed = closed + 1
  if closed == movedAtOnce then
    return { 'more' }
  end
  lane, member, priority = firstFrom('-inf')
end
if not member then
  return { 'empty' }
end

local decides = lane
if priority == callback and ARGV[5 + lane] == '1' then
  local ordinaryLane, ordinary = firstFrom(firstOrdinary)
  if ordinary then
    lane, member = ordinaryLane, ordinary
  end
end

local id = idOf(member)
if takes then
  redis.call('ZREM', KEYS[4 + 2 * lane], member)
  redis.call('ZADD', claims, now, id)
end
return { 'entry', id, decides }
