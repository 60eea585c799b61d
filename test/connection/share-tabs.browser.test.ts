// A connection for all tabs, over the locks and channels of a browser. Each environment is a tab.
import { afterEach, expect, test } from 'vitest'
import { createTestClock } from '../support/clock.js'
import { scriptedFetch } from './scripted-fetch.js'
import { createPage, type TestListener, type TestPage } from './share-support.js'

const server = scriptedFetch()
const tabs: TestPage[] = []
let listeners: TestListener[] = []
let names = 0

afterEach(async () => {
  for (const { connection } of listeners) connection.close()
  listeners = []
  await pass(1_000)
})

function openTab(): TestListener {
  const tab = createPage(createTestClock(server.fetch), server)
  // No name comes twice.
  tab.clock.random = () => (names += 1)
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

/** They hear this event. */
async function send(to: TestListener[], data: string, id?: number): Promise<void> {
  server.last.send(`${id ? `id: ${id}\n` : ''}data: ${data}\n\n`)
  for (const { log } of to) await expect.poll(() => log).toContain(data)
}

async function close({ connection }: TestListener): Promise<void> {
  connection.close()
  await pass(1_000)
}

async function follow({ connection, log }: TestListener): Promise<void> {
  const { length } = log
  connection.open()
  await expect.poll(() => log.slice(length)).toContain('open')
}

/** Two tabs hear an event, leave and come back; the first one leads, and leads again after its page was left. */
async function cameBack(id?: number): Promise<[first: TestListener, other: TestListener]> {
  const { length } = server.exchanges
  const [first, other] = [openTab(), openTab()]
  first.connection.open()
  await requested(length + 1)
  await follow(other)
  await send([first, other], 'a', id)
  for (const each of [other, first]) await close(each)
  first.connection.open()
  await requested(length + 2)
  for (const change of ['pagehide', 'pageshow'] as const) {
    for (const { clock } of tabs) clock.page(change)
  }
  await requested(length + 3)
  await follow(other)
  return [first, other]
}

/** The first one closes, so that the other leads, and a late one comes. */
async function succeeded(first: TestListener): Promise<TestListener> {
  const { length } = server.exchanges
  const late = openTab()
  await close(first)
  await requested(length + 1)
  await follow(late)
  return late
}

test.each([
  ['a late tab hears the last event of before, where those that lead go on by its id', 1, ['a']],
  ['or, without ids, just the next one, so that no tab hears one twice', undefined, []],
])('%s', async (_, id, before) => {
  const [first, other] = await cameBack(id)
  const late = await succeeded(first)
  await send([other, late], 'b', id && id + 1)
  expect(late.log).toEqual(['connecting', 'open', ...before, 'b'])
  for (const { log } of [first, other]) expect(log.filter((entry) => entry === 'a')).toEqual(['a'])
})

test('or the last one that has come since', async () => {
  const [first, other] = await cameBack(1)
  await send([first, other], 'b', 2)
  const late = await succeeded(first)
  await send([other, late], 'c', 3)
  expect(late.log).toEqual(['connecting', 'open', 'b', 'c'])
})
