"""The Lua scripts of timelines.py. Each touches the two keys of one feed, which share a slot.

Ids are compared as decimal strings, longer first: Lua's numbers are doubles and would blur neighbours above 2**53.
KEYS: the list, its hash. A list without its hash, or the reverse, is no feed (either may have been evicted).
"""

# -> {floor, built_at, built_by, pulled, pulled_upto, id, id, …}, or nothing unless the feed is complete.
# ARGV: seconds it shall live from now on, 0 to leave that as it is.
READ = """
local meta = redis.call('HMGET', KEYS[2], 'state', 'floor', 'built_at', 'built_by', 'pulled', 'pulled_upto')
if meta[1] ~= 'complete' then return nil end
local ids = redis.call('LRANGE', KEYS[1], 0, -1)
if #ids == 0 then return nil end
if ARGV[1] ~= '0' then
    redis.call('EXPIRE', KEYS[1], ARGV[1])
    redis.call('EXPIRE', KEYS[2], ARGV[1])
end
local answer = {meta[2], meta[3], meta[4], meta[5] or '', meta[6] or '0'}
for i = 1, #ids do answer[i + 5] = ids[i] end
return answer
"""

# Starts an empty list that takes pushes from now on, under a short mark -> 1; 0 if it is there or being built.
# The mark is the single-flight lock: it ends with its builder, by token, or by its own time to live.
# ARGV: token, seconds to live, '1' to build a complete feed anew.
BEGIN = """
local state = redis.call('HGET', KEYS[2], 'state')
if state and redis.call('EXISTS', KEYS[1]) == 1 then
    if state == 'building' or ARGV[3] ~= '1' then return 0 end
end
redis.call('DEL', KEYS[1], KEYS[2])
redis.call('RPUSH', KEYS[1], '0')
redis.call('HSET', KEYS[2], 'state', 'building', 'token', ARGV[1], 'floor', '0')
redis.call('EXPIRE', KEYS[1], ARGV[2])
redis.call('EXPIRE', KEYS[2], ARGV[2])
return 1
"""

# Adds ids, sorts, drops repeats and what lies below the floor, cuts -> how many are left; -1 if there is no such feed.
# With a token: completes that build. What is cut off raises the floor, so that nobody takes it for complete below.
# ARGV: token or '', floor, most to keep, seconds to live, built_at, built_by, pulled authors with a space behind each,
# the number up to which these are known, id, id, …
MERGE = """
local function newer(a, b)
    if #a ~= #b then return #a > #b end
    return a > b
end
local state = redis.call('HMGET', KEYS[2], 'state', 'token', 'floor')
if not state[1] or redis.call('EXISTS', KEYS[1]) == 0 then
    redis.call('DEL', KEYS[1])
    return -1
end
if ARGV[1] ~= '' and (state[1] ~= 'building' or state[2] ~= ARGV[1]) then return -1 end
local floor = state[3]
if newer(ARGV[2], floor) then floor = ARGV[2] end

local known, ids = {}, {}
local function take(id)
    if not known[id] and not newer(floor, id) then
        known[id] = true
        ids[#ids + 1] = id
    end
end
for _, id in ipairs(redis.call('LRANGE', KEYS[1], 0, -1)) do take(id) end
for i = 9, #ARGV do take(ARGV[i]) end
table.sort(ids, newer)
local most = tonumber(ARGV[3])
if #ids > most then
    for i = #ids, most + 1, -1 do ids[i] = nil end
    floor = ids[most]
end
if #ids == 0 then ids[1] = '0' end

local left = redis.call('PTTL', KEYS[1])
redis.call('DEL', KEYS[1])
redis.call('RPUSH', KEYS[1], unpack(ids))
redis.call('HSET', KEYS[2], 'floor', floor)
if ARGV[1] ~= '' then
    redis.call('HSET', KEYS[2], 'state', 'complete', 'built_at', ARGV[5], 'built_by', ARGV[6])
    local pulled = ARGV[7] .. (redis.call('HGET', KEYS[2], 'pulled') or '')
    redis.call('HSET', KEYS[2], 'pulled', pulled, 'pulled_upto', ARGV[8])
    redis.call('HDEL', KEYS[2], 'token')
    redis.call('EXPIRE', KEYS[2], ARGV[4])
    redis.call('EXPIRE', KEYS[1], ARGV[4])
elseif left > 0 then
    redis.call('PEXPIRE', KEYS[1], left)
end
return #ids
"""

# Has one more author's posts pulled into this feed -> 1; 0 if there is no such feed. ARGV: the author, a space behind.
PULL = """
local pulled = redis.call('HGET', KEYS[2], 'pulled') or ''
if redis.call('EXISTS', KEYS[1], KEYS[2]) ~= 2 then return 0 end
if not string.find(' ' .. pulled, ' ' .. ARGV[1], 1, true) then
    redis.call('HSET', KEYS[2], 'pulled', pulled .. ARGV[1])
end
return 1
"""

# Takes the mark of a build that failed away -> 1 if it was still there. ARGV: token.
ABANDON = """
if redis.call('HGET', KEYS[2], 'token') ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1], KEYS[2])
return 1
"""
