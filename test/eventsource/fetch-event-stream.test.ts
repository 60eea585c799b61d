import { expect, test, vi } from 'vitest'
import { fetchEventStream } from '../../src/eventsource/fetch-event-stream.js'

// Chromium makes `Cache-Control: no-cache` of this, and not of `no-store`.
test('the caches are passed by', async () => {
  const headers = { 'content-type': 'text/event-stream' }
  const fetch = vi.fn<typeof globalThis.fetch>(async () => new Response('', { headers }))
  await fetchEventStream(fetch)('https://example.test/', { cache: 'no-store' })
  expect(fetch.mock.calls[0]![1]).toMatchObject({ cache: 'reload' })
})

test('an answer that is refused is not left open, and nothing hangs on how that goes', async () => {
  const cancel = vi.fn<() => Promise<void>>(() => Promise.reject(new Error('cannot')))
  const fetch = fetchEventStream(async () => new Response(new ReadableStream({ cancel })))
  await expect(fetch('https://example.test/')).rejects.toMatchObject({ code: 'http', status: 200 })
  expect(cancel).toHaveBeenCalledOnce()
})
