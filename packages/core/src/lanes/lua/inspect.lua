--[[
Tells which entries are not where their rows in Postgres say.

KEYS[1…6], ARGV[1…2]  see places.lua
ARGV[3]  due        milliseconds: an entry handed out before this moment should have been claimed or be back
ARGV[4…] per entry: id, and the record that follows from its row, "" without one
Returns  per entry that is not right: id, what was seen of it (for correct.lua)
]]
local due = tonumber(ARGV[3])
local wrong = {}
for i = 4, #ARGV, 2 do
  local seen = look(ARGV[i])
  if not isRight(seen, ARGV[i + 1], due) then
    wrong[#wrong + 1] = ARGV[i]
    wrong[#wrong + 1] = sightingOf(seen)
  end
end
return wrong
