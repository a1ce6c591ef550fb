--[[
Proposes the first entry of several lanes: lowest priority score, then earliest availableFrom, then lowest id.

An entry whose hours are over is put behind the later ones when it is met as the first: Postgres would refuse it, and it leaves
its queue within seconds. Later entries whose time has come are moved into their lanes first, a bounded number a call. While more
are left to move, the order is not certain yet and the caller asks again.

KEYS[1]  records    see places.lua
KEYS[2]  claims     see places.lua
KEYS[3]  pulse      missing while the lanes are not built
KEYS[4…] per lane: the lane, then its later entries
ARGV[1]  now        milliseconds
ARGV[2]  "take" hands the entry out (out of its lane, into claims), "peek" leaves it where it is
Returns  { "entry", id } | { "empty" } | { "more" } | { "unbuilt" }; the id is a string, as a number it would lose digits
]]
local records, claims, pulse = KEYS[1], KEYS[2], KEYS[3]
local now, takes = ARGV[1], ARGV[2] == 'take'
local movedAtOnce = 500

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

-- Returns the first entry, and where its lane stands among the keys.
local function first()
  local at, firstMember, firstPriority
  for i = 4, #KEYS, 2 do
    local head = redis.call('ZRANGE', KEYS[i], 0, 0, 'WITHSCORES')
    if #head > 0 then
      local member, priority = head[1], tonumber(head[2])
      if not firstMember or priority < firstPriority or (priority == firstPriority and member < firstMember) then
        at, firstMember, firstPriority = i, member, priority
      end
    end
  end
  return at, firstMember
end

local function isClosed(member)
  local record = redis.call('HGET', records, idOf(member))
  local untilWhen = record and select(6, partsOf(record))
  return untilWhen and untilWhen <= tonumber(now)
end

local at, firstMember = first()
local closed = 0
while firstMember and isClosed(firstMember) do
  redis.call('ZREM', KEYS[at], firstMember)
  redis.call('ZADD', KEYS[at + 1], closedScore, firstMember)
  closed = closed + 1
  if closed == movedAtOnce then
    return { 'more' }
  end
  at, firstMember = first()
end
if not firstMember then
  return { 'empty' }
end

local id = idOf(firstMember)
if takes then
  redis.call('ZREM', KEYS[at], firstMember)
  redis.call('ZADD', claims, now, id)
end
return { 'entry', id }
