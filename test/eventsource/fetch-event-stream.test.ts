import { expect, test, vi } from 'vitest'
import { fetchEventStream } from '../../src/eventsource/fetch-event-stream.js'

test('an answer that is refused is not left open, and nothing hangs on how that goes', async () => {
  const cancel = vi.fn<() => Promise<void>>(() => Promise.reject(new Error('cannot')))
  const fetch = fetchEventStream(async () => new Response(new ReadableStream({ cancel })))
  await expect(fetch('https://example.test/')).rejects.toMatchObject({ code: 'http', status: 200 })
  expect(cancel).toHaveBeenCalledOnce()
})
