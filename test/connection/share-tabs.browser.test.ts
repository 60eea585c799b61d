// A connection for all tabs, over the locks and channels of a browser. Each environment is a tab.
import { afterEach, expect, test } from 'vitest'
import { createTestClock } from '../support/clock.js'
import { scriptedFetch } from './scripted-fetch.js'
import { createPage, type TestListener, type TestPage } from './share-support.js'

const server = scriptedFetch()
const tabs: TestPage[] = []
let listeners: TestListener[] = []

afterEach(async () => {
  for (const { connection } of listeners) connection.close()
  listeners = []
  await pass(1_000)
})

function openTab(): TestListener {
  const tab = createPage(createTestClock(server.fetch), server)
  // So that each tab's names are its own, as random numbers make them.
  tab.clock.skip(tabs.length)
  tabs.push(tab)
  const listener = tab.listen({}, { share: 'browser' })
  listeners.push(listener)
  return listener
}

async function pass(milliseconds: number): Promise<void> {
  for (const { clock } of tabs) await clock.advance(milliseconds)
}

async function requested(count: number): Promise<void> {
  await expect.poll(() => server.exchanges).toHaveLength(count)
  server.last.open()
}

/** All hear this event. */
async function send(data: string, id?: number): Promise<void> {
  server.last.send(`${id ? `id: ${id}\n` : ''}data: ${data}\n\n`)
  for (const { log } of listeners) await expect.poll(() => log).toContain(data)
}

test.each([
  ['a late tab hears the last event of before, where others go on by its id', 1, ['a', 'b']],
  ['or, without ids, just the next one, so that no tab hears one twice', undefined, ['b']],
])('%s', async (_, id, heardLate) => {
  const { length } = server.exchanges
  const [first, other] = [openTab(), openTab()]
  first.connection.open()
  await requested(length + 1)
  other.connection.open()
  await send('a', id)
  for (const { connection } of listeners) connection.close()
  await pass(1_000)
  first.connection.open()
  await requested(length + 2)
  const late = openTab()
  for (const { connection } of [other, late]) connection.open()
  for (const { log } of listeners) {
    await expect.poll(() => log.slice(log.lastIndexOf('connecting'))).toContain('open')
  }
  await send('b', id && id + 1)
  expect(late.log).toEqual(['connecting', 'open', ...heardLate])
  for (const { log } of [first, other]) {
    expect(log).toEqual(['connecting', 'open', 'a', 'connecting', 'open', 'b'])
  }
})
