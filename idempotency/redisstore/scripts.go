package redisstore

import (
	"github.com/redis/go-redis/v9"
)

// A record is a hash under one key:
//
//	state owner fence taken info   as in driver.Record
//	print progress result          absent when nil
//	first lease end                first claim, end of the lease and of the retention,
//	                               in microseconds of the server's clock
//	retain                         how long the retention is, in microseconds
//
// A script is one step, and sees one time. Numbers of Lua hold microseconds
// exactly until the year 2255. The key's own expiry is coarser and later than
// what the fields say, and is there to give the memory back: it goes when the
// retention is over, of live work when the lease is over too, and never of what
// is indeterminate.
const prologue = `
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local key = KEYS[1]

local function whole(n) return string.format('%.0f', n) end

local function expire(state, lease, finish)
	if state == '5' then
		redis.call('PERSIST', key)
		return
	end
	if state == '1' then finish = math.max(lease, finish) end
	redis.call('PEXPIREAT', key, whole(math.ceil(finish / 1000)))
end

-- show is what decode reads.
local function show(won)
	return {won, whole(now), redis.call('HGETALL', key)}
end

-- settle writes a state that is final, or Released, whose fingerprint stays with
-- progress only. What is settled is kept for half its retention at least.
local function settle(state, given, result, finish)
	local retain = tonumber(redis.call('HGET', key, 'retain'))
	if finish < now + retain / 2 then
		finish = now + retain
		redis.call('HSET', key, 'end', whole(finish))
	end
	redis.call('HSET', key, 'state', state)
	if given == '1' and state ~= '6' then
		redis.call('HSET', key, 'result', result)
	else
		redis.call('HDEL', key, 'result')
	end
	if state == '6' and redis.call('HEXISTS', key, 'progress') == 0 then redis.call('HDEL', key, 'print') end
	expire(state, 0, finish)
end
`

func script(body string) *redis.Script { return redis.NewScript(prologue + body) }

// claim: owner, lease and retention, hold, whether there is a fingerprint, the
// fingerprint, info.
var claimScript = script(`
local owner, lease, retain, hold, given, print, info = unpack(ARGV)
local r = redis.call('HMGET', key, 'state', 'owner', 'lease', 'end')
local state = r[1]
local running = state == '1'
local live = running and now < tonumber(r[3])
local gone = state and state ~= '5' and now >= tonumber(r[4]) and not live
if running and not gone and r[2] == owner then return show(1) end
local left = running and not gone and not live
if left and hold == '1' then
	redis.call('HSET', key, 'state', '5')
	expire('5')
	return show(0)
end
if state and not (gone or left or state == '6') then return show(0) end

if gone then
	local fence = redis.call('HGET', key, 'fence')
	redis.call('DEL', key)
	redis.call('HSET', key, 'fence', fence)
end
redis.call('HINCRBY', key, 'fence', 1)
redis.call('HSETNX', key, 'first', whole(now))
redis.call('HSET', key, 'state', '1', 'owner', owner, 'info', info, 'taken', left and '1' or '0',
	'lease', whole(now + lease), 'end', whole(now + retain), 'retain', whole(retain))
if given == '1' and not left and redis.call('HEXISTS', key, 'progress') == 0 then redis.call('HSET', key, 'print', print) end
expire('1', now + lease, now + retain)
return show(1)
`)

var getScript = script(`return show(0)`)

// mine begins the changes that only the owner may make.
const mine = `
local r = redis.call('HMGET', key, 'state', 'owner', 'fence', 'lease', 'end')
local state, finish = r[1], tonumber(r[5] or 0)
if r[2] ~= ARGV[1] or r[3] ~= ARGV[2] then return 0 end
`

// renew: owner, fence, lease, whether there is progress, the progress.
var renewScript = script(mine + `
if state ~= '1' then return 0 end
local lease = now + ARGV[3]
redis.call('HSET', key, 'lease', whole(lease))
if ARGV[4] == '1' then redis.call('HSET', key, 'progress', ARGV[5]) end
expire(state, lease, finish)
return 1
`)

// finish: owner, fence, state, whether there is a result, the result.
var finishScript = script(mine + `
local result = redis.call('HGET', key, 'result')
local same = ARGV[4] == '1' and result == ARGV[5] or ARGV[4] == '0' and not result
if state ~= '1' and state ~= '5' and not (state == ARGV[3] and same) then return 0 end
settle(ARGV[3], ARGV[4], ARGV[5], finish)
return 1
`)

// release: owner, fence.
var releaseScript = script(mine + `
if state ~= '1' and state ~= '6' then return 0 end
settle('6', '0', '', finish)
return 1
`)

// resolve: fence, state, whether there is a result, the result.
var resolveScript = script(`
local r = redis.call('HMGET', key, 'state', 'fence', 'lease', 'end')
local state = r[1]
local left = state == '1' and now >= tonumber(r[3])
if r[2] ~= ARGV[1] or not (left or state == '4' or state == '5') then return 0 end
settle(ARGV[2], ARGV[3], ARGV[4], tonumber(r[4]))
return 1
`)

var forgetScript = script(`
local r = redis.call('HMGET', key, 'state', 'lease')
if not r[1] then return -1 end
if r[1] == '1' and now < tonumber(r[2]) then return 0 end
redis.call('DEL', key)
return 1
`)
