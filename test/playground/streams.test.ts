import { expect, test } from 'vitest'
import { createApp } from '../../playground/server/app.js'
import { openStreams } from '../../playground/server/streams.js'
import { hasRedis, startRedis } from '../server/store/redis.js'
import { freePort } from '../support/free-port.js'
import { eventsOf, hurried, post } from './support.js'

test('a Redis that does not answer is told at once, without its password', async () => {
  const port = await freePort()
  const opening = openStreams(`redis://user:secret@127.0.0.1:${port}`)
  await expect(opening).rejects.toThrow(`Redis does not answer at 127.0.0.1:${port}`)
  await expect(opening).rejects.not.toThrow('secret')
})

test.skipIf(!hasRedis)('with Redis, a reply can be had of another process', async () => {
  const redis = await startRedis()
  const [one, other] = await Promise.all([openStreams(redis.url), openStreams(redis.url)])
  const asked = createApp(hurried(), 'localhost', one)
  const message = { role: 'user', content: 'start' }
  const response = await asked.request('/api/chat', post({ messages: [message] }))
  const events = await eventsOf(response)
  const elsewhere = createApp(hurried(), 'localhost', other)
  const again = await elsewhere.request(response.headers.get('Content-Location')!)
  expect(await eventsOf(again)).toEqual(events)
  expect(events.at(-1)!.data).toBe('[DONE]')
  for (const { close } of [one, other]) close()
  await redis.close()
})
