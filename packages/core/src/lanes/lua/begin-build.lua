--[[
Forgets what the lanes hold and begins a new epoch. A lane that is entered begins empty (places.lua), and those that nobody
enters are dropped at the end (drop-lanes.lua). Until then there is no pulse, and nothing is proposed.

KEYS[1…6], ARGV[1…2]  see places.lua
KEYS[7]  pulse      see set-pulse.lua
KEYS[8]  corrected  see correct.lua
ARGV[3]  the new epoch
]]
redis.call('UNLINK', records, ended, claims, names, KEYS[7], KEYS[8])
redis.call('SET', epoch, ARGV[3])
return 1
