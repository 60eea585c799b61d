import { expect, onTestFinished, test, vi } from 'vitest'
import { connectLazily } from '../../src/connection/lazy-connection.js'
import type { RequestOptions } from '../../src/connection/types.js'
import { createPage, type TestListener, type TestPage } from './share-support.js'

/** A listener whose code is under way. */
function opening(): TestPage & { listener: TestListener } {
  const page = createPage(undefined, undefined, connectLazily)
  const listener = page.listen()
  listener.connection.open()
  return { ...page, listener }
}

async function load({ clock }: TestPage): Promise<void> {
  await vi.dynamicImportSettled()
  await clock.advance(0)
}

test('it is connecting while its code is fetched, however often it is opened', async () => {
  const page = opening()
  page.listener.connection.open()
  expect(page.listener.log).toEqual(['connecting'])
  await load(page)
  page.server.last.open()
  await page.send('id: 1\ndata: a\n\n')
  expect(page.listener.log.slice(-2)).toEqual(['open', 'a'])
  expect(page.listener.connection.lastEventId).toBe('1')
  expect(page.server.exchanges).toHaveLength(1)
})

test('until its code has come its last event id is the one that was given, if any', () => {
  const { listen } = createPage(undefined, undefined, connectLazily)
  expect(listen().connection.lastEventId).toBe('')
  expect(listen({ lastEventId: '7' } as RequestOptions).connection.lastEventId).toBe('7')
})

test('without its code it shares nothing', async () => {
  vi.doMock('../../src/connection/share.js', () => Promise.reject(new Error('it is gone')))
  onTestFinished(() => vi.doUnmock('../../src/connection/share.js'))
  const page = opening()
  page.listen().connection.open()
  await load(page)
  expect(page.server.exchanges).toHaveLength(2)
  page.server.last.open()
  await page.send('data: a\n\n')
  expect(page.listener.log).not.toContain('a')
})

test('closed by then, it asks for nothing', async () => {
  const page = opening()
  page.listener.connection.close()
  await load(page)
  expect(page.server.exchanges).toHaveLength(0)
})

test('closed and opened again by then, it is one, which hears each event once', async () => {
  const page = opening()
  page.listener.connection.close()
  page.listener.connection.open()
  await load(page)
  page.server.last.open()
  await page.send('data: a\n\n')
  expect(page.listener.log.slice(-2)).toEqual(['open', 'a'])
  expect(page.server.exchanges).toHaveLength(1)
})

test('closed when it has opened, it hears no more', async () => {
  const page = opening()
  await load(page)
  page.server.last.open()
  await page.send('data: a\n\n')
  page.listener.connection.close()
  await page.send('data: b\n\n')
  expect(page.listener.log.at(-1)).toBe('a')
})

test('opened again while it waits for a retry, it tries at once', async () => {
  const page = opening()
  await load(page)
  page.server.last.cut()
  await page.clock.advance(0)
  page.listener.connection.open()
  await page.clock.advance(0)
  expect(page.server.exchanges).toHaveLength(2)
})
