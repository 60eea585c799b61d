/**
 * Lua scripts, each of which Redis runs atomically. KEYS: a hash of what is known of the stream, and its
 * events. Those are the entries of a Redis stream, with their offsets for ids, so that none can be added
 * twice, or by two producers.
 */

const prelude = `
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local run, status, last, lease, leaseEnd = unpack(
  redis.call('HMGET', KEYS[1], 'run', 'status', 'last', 'lease', 'leaseEnd'))
last = tonumber(last)
local function isRunning(asked)
  return run == asked and status == 'running'
end
local function setLease(milliseconds)
  redis.call('HSET', KEYS[1], 'lease', milliseconds, 'leaseEnd', now + milliseconds)
  redis.call('HDEL', KEYS[1], 'missedAt')
end
-- After an outage of Redis the leases are over though their producers live: each has half a lease, from
-- when somebody first misses it, to renew its own.
local function isLeased()
  if status ~= 'running' then return false end
  if tonumber(leaseEnd) >= now then return true end
  redis.call('HSETNX', KEYS[1], 'missedAt', now)
  return now - redis.call('HGET', KEYS[1], 'missedAt') < lease / 2
end
local function add(offset, event, data, most)
  redis.call('XADD', KEYS[2], 'MAXLEN', '=', most, offset .. '-0', 'event', event, 'data', data)
end
local function expire(milliseconds)
  redis.call('PEXPIRE', KEYS[1], milliseconds)
  redis.call('PEXPIRE', KEYS[2], milliseconds)
end
`

function script(lua: string): string {
  return prelude + lua
}

/** ARGV: run, meta, lease, ms to keep it. */
export const create: string = script(`
if run == ARGV[1] then return 1 end
if status == 'done' or isLeased() then return 0 end
redis.call('DEL', KEYS[2])
redis.call('HSET', KEYS[1], 'run', ARGV[1], 'meta', ARGV[2], 'status', 'running', 'last', 0,
  'startedAt', now)
setLease(ARGV[3])
expire(ARGV[4])
return 1
`)

/** ARGV: run, offset before the events, most events to keep, channel, then name and data of each. */
export const append: string = script(`
local after = tonumber(ARGV[2])
if not isRunning(ARGV[1]) or after > last then return 0 end
local offset = after
for i = 5, #ARGV, 2 do
  offset = offset + 1
  if offset > last then add(offset, ARGV[i], ARGV[i + 1], ARGV[3]) end
end
redis.call('HSET', KEYS[1], 'last', math.max(offset, last))
redis.call('PEXPIRE', KEYS[2], redis.call('PTTL', KEYS[1]))
redis.call('PUBLISH', ARGV[4], 'append')
return 1
`)

/** ARGV: run, status, most events to keep, ms to keep it, channel, then name and data of a last event. */
export const end: string = script(`
if not isRunning(ARGV[1]) then return 0 end
if ARGV[6] then
  add(last + 1, ARGV[6], ARGV[7], ARGV[3])
  redis.call('HSET', KEYS[1], 'last', last + 1)
end
redis.call('HSET', KEYS[1], 'status', ARGV[2])
expire(ARGV[4])
redis.call('PUBLISH', ARGV[5], 'end')
return 1
`)

/** ARGV: run, lease, ms to keep it. */
export const renew: string = script(`
if not isRunning(ARGV[1]) then return 0 end
setLease(ARGV[2])
expire(ARGV[3])
return 1
`)

/** ARGV: offset before the events, how many of them. */
export const read: string = script(`
if not run then return false end
local startedAt, meta = unpack(redis.call('HMGET', KEYS[1], 'startedAt', 'meta'))
local first = redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', 1)
local events = {}
if tonumber(ARGV[2]) > 0 then
  events = redis.call('XRANGE', KEYS[2], (ARGV[1] + 1) .. '-0', '+', 'COUNT', ARGV[2])
end
return { run, status, startedAt, meta, last, isLeased() and 1 or 0, first, events }
`)
