--[[
Counts a request of a bearer.

KEYS[1]  the bearer's counter, forgotten when its window ends
ARGV[1]  length of a window in milliseconds; it begins with the bearer's first request
Returns  { requests in this window, milliseconds until it ends }
]]
local count = redis.call('INCR', KEYS[1])
if count == 1 then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
end
return { count, redis.call('PTTL', KEYS[1]) }
