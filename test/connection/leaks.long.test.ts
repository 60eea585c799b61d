// In Node: what is opened and closed leaves nothing, and a long stream is not kept.
import { getEventListeners, setMaxListeners } from 'node:events'
import { Readable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, onTestFinished, test } from 'vitest'
import { createEventStream } from '../../src/stores/events/event-stream.js'
import { startHttp } from '../support/http.js'
import { manyEvents } from '../support/many-events.js'
import { eachOf } from './cut-anywhere.js'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** MB of JavaScript objects and of what they hold outside the heap. */
async function heap(): Promise<number> {
  for (let round = 0; round < 3; round += 1) {
    await turn()
    collectGarbage()
  }
  const { heapUsed, external } = process.memoryUsage()
  return (heapUsed + external) / 2 ** 20
}

async function serve(count: number) {
  const server = await startHttp((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    if (count === 1) response.write('data: first\n\n')
    else Readable.from(manyEvents(count)).pipe(response)
    server.requests.length = 0
  })
  onTestFinished(server.close)
  return server
}

/** Timers and sockets, those of the test runner too. */
const resources = (): string[] =>
  process.getActiveResourcesInfo().filter((name) => /^(Timeout|TCPSocketWrap)$/.test(name))

test('10,000 streams opened and closed leave nothing', async () => {
  const server = await serve(1)
  const { signal } = new AbortController()
  setMaxListeners(0, signal)

  /** Each other one has an event by then, else it may be connecting. */
  async function openAndClose(number: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const stream = createEventStream(server.url, { signal, idleTimeout: 60_000, onEvent: close })
      function close(): void {
        stream.close()
        resolve()
      }
      stream.open()
      if (number % 2 === 1) setTimeout(close, number % 5)
    })
  }

  const idle = resources().length
  await eachOf(Array(1_000).keys(), 20, openAndClose)
  const before = await heap()
  await eachOf(Array(10_000).keys(), 20, openAndClose)
  await expect.poll(server.connections, { timeout: 10_000 }).toBe(0)
  expect(getEventListeners(signal, 'abort').length).toBe(0)
  await expect.poll(() => resources().length, { timeout: 10_000 }).toBeLessThanOrEqual(idle)
  const after = await heap()
  console.log({ before, after })
  expect(after - before).toBeLessThan(2)
})

test('1,000,000 events through one connection leave nothing', async () => {
  const server = await serve(1_000_000)
  const heaps: number[] = []
  let count = 0
  await new Promise<void>((resolve) => {
    const stream = createEventStream(server.url, {
      parse: 'json',
      closeOn: 'done',
      onEvent() {
        count += 1
        if (count % 200_000 === 100_000) void heap().then((now) => heaps.push(now))
      },
      onClose: resolve,
    })
    stream.open()
  })
  heaps.push(await heap())
  console.log(heaps)
  expect(count).toBe(1_000_000)
  expect(heaps.at(-1)! - heaps[0]!).toBeLessThan(2)
  await expect.poll(server.connections, { timeout: 10_000 }).toBe(0)
})
