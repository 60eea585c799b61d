import { expect, test } from 'vitest'
import { createEventStream } from '../../../src/stores/events/event-stream.js'
import { scriptedFetch } from '../../connection/scripted-fetch.js'
import { createTestClock } from '../../support/clock.js'

test('a tab that was away while the stream opened again shows nothing of the retry', async () => {
  const server = scriptedFetch()
  // Each environment is a tab.
  const [leads, follows] = [createTestClock(server.fetch), createTestClock(server.fetch)]
  follows.random = () => 1
  const [leader, follower] = [leads, follows].map((clock) =>
    createEventStream('https://example.test/tabs', { share: 'browser' }, clock),
  )
  async function opened(count: number): Promise<void> {
    await expect.poll(() => server.exchanges).toHaveLength(count)
    server.last.open()
    await leads.advance(0)
  }
  const shown = () => {
    follows.nextFrame()
    return follower!.getSnapshot()
  }
  leader!.open()
  await opened(1)
  follower!.open()
  await expect.poll(shown).toMatchObject({ status: 'open' })
  server.last.cut()
  await leads.advance(0)
  await expect.poll(shown).toMatchObject({ attempt: 1, retryAt: leads.now() + 1_000 })
  follows.page('pagehide')
  await leads.advance(1_000)
  await opened(2)
  follows.page('pageshow')
  await expect.poll(shown).toMatchObject({ status: 'open', attempt: 0, retryAt: undefined })
  for (const stream of [follower!, leader!]) stream.close()
  for (const clock of [follows, leads]) await clock.advance(1_000)
})
