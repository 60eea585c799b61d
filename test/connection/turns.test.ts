// A flood leaves a page its turns: to draw, and to hear its user.
import { expect, onTestFinished, test, vi } from 'vitest'
import { settle } from '../support/clock.js'
import { connected } from './harness.js'

/** One chunk of so many events, each as long as what is read without a look at the clock. */
async function flooded(count: number, { cost }: { cost: number }) {
  const onEvent = (): void => harness.clock.skip(cost)
  const harness = await connected({}, { sink: { onEvent } })
  const event = `data: ${'x'.repeat(16_384 - 'data: \n\n'.length)}\n\n`
  harness.server.last.open()
  harness.server.last.send(event.repeat(count))
  await settle()
  return { ...harness, delivered: () => harness.log.filter((line) => line[0] === 'x').length }
}

test('after 8 ms of work the rest of a chunk waits for its turn', async () => {
  const { clock, delivered } = await flooded(6, { cost: 5 })
  expect(delivered()).toBe(2)
  await clock.advance(0)
  expect(delivered()).toBe(4)
  await clock.advance(100)
  expect(delivered()).toBe(6)
})

test('a page that is hidden has nothing to draw, and does not wait for its slow timers', async () => {
  vi.stubGlobal('document', { hidden: true })
  onTestFinished(() => void vi.unstubAllGlobals())
  const { clock, delivered } = await flooded(6, { cost: 5 })
  expect(delivered()).toBe(6)
  expect(clock.waiting).toBe(0)
})

test('the time between two chunks is no work', async () => {
  const { clock, server, delivered } = await flooded(1, { cost: 0 })
  clock.skip(60_000)
  server.last.send('data: x\n\n')
  server.last.send('data: x\n\n')
  await settle()
  expect(delivered()).toBe(3)
  expect(clock.waiting).toBe(0)
})

test('what is closed while it waits for its turn delivers no more', async () => {
  const { clock, connection, delivered } = await flooded(6, { cost: 5 })
  connection.close()
  await clock.advance(60_000)
  expect(delivered()).toBe(2)
  expect(clock.waiting).toBe(0)
})
