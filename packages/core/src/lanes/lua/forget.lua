--[[
Forgets records of entries that left the lanes long ago: by then no write that comes late can be out of date.

KEYS[1]  records    see places.lua
KEYS[2]  ended      see places.lua
ARGV[1]  before     milliseconds: entries that left before this moment
ARGV[2]  limit      how many at once
Returns  how many were forgotten
]]
local records, ended = KEYS[1], KEYS[2]
local ids = redis.call('ZRANGEBYSCORE', ended, '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
if #ids > 0 then
  redis.call('HDEL', records, unpack(ids))
  redis.call('ZREM', ended, unpack(ids))
end
return #ids
