// When tasks are saved, how often, and under which key; also by a storage that takes its time.
import { afterEach, expect, test, vi } from 'vitest'
import type { KeyValueStorage } from '../../../../src/stores/storage/storage.js'
import { storeTasks } from '../../../../src/stores/tasks/storage/task-storage.js'
import { settle } from '../../../support/clock.js'
import { pages } from './task-pages.js'
import { createTaskBrowser } from './task-tabs-support.js'

afterEach(() => vi.unstubAllGlobals())

/** Pages whose first one has saved a task, and is gone. */
function pagesAfterOne() {
  const all = pages()
  const first = all.open()
  first.manager.startTask('saved', { id: 'saved' })
  first.stop()
  return all
}

test('a storage that takes its time: what was started before is kept, and comes after what was saved', async () => {
  const { open, values } = pagesAfterOne()
  const slow: KeyValueStorage = {
    getItem: async (key) => (await settle(), values.get(key)),
    setItem: async (key, value) => (await settle(), values.set(key, value)),
  }
  const restored = vi.fn<() => void>()
  const { manager, having, arrive, stop } = open({ storage: slow, onRestored: restored })
  manager.startTask('new', { id: 'new' })
  expect([restored.mock.calls.length, having('queued')]).toEqual([0, ['new']])
  await arrive()
  expect(restored).toHaveBeenCalledOnce()
  expect(manager.getSnapshot().taskIds).toEqual(['saved', 'new'])
  expect(having('processing')).toEqual(['saved', 'new'])
  manager.removeTask('saved')
  stop()
  for (let round = 0; round < 9; round += 1) await settle()
  expect(open().manager.getSnapshot().taskIds).toEqual(['new'])
})

test('what is started while a storage is busy saving is saved as soon as it is not', async () => {
  const { open, values, saved } = pages()
  let tellBusy = (): void => {}
  const isBusy = new Promise<void>((resolve) => (tellBusy = resolve))
  const slow: KeyValueStorage = {
    getItem: async (key) => values.get(key),
    async setItem(key, value) {
      if (value.includes('one')) tellBusy()
      await settle()
      values.set(key, value)
    },
  }
  const { manager, arrive } = open({ storage: slow })
  await arrive()
  manager.startTask('one', { id: 'one' })
  await isBusy
  manager.startTask('two', { id: 'two' })
  for (let round = 0; round < 9; round += 1) await settle()
  expect(saved().tasks.map(({ id }) => id)).toEqual(['one', 'two'])
})

test('with another key the same manager shows other tasks, and with the first one these again', async () => {
  const { open } = pages()
  const { manager, stop, arrive, clock, calls, call } = open()
  manager.startTask('one', { id: 'a' })
  await arrive()
  call('a').send('progress', { percent: 40 }, '4')
  await arrive()
  stop()
  expect(calls.every(({ isAborted }) => isAborted)).toBe(true)
  const values = new Map<string, string>()
  const storage = {
    getItem: (key: string) => values.get(key),
    setItem: (key: string, value: string) => values.set(key, value),
  }
  const stopOther = storeTasks(manager, { key: 'other', storage }, clock)
  expect(manager.getSnapshot().taskIds).toEqual([])
  stopOther()
})

test('it is saved once a second however many tasks start and go on, and not while nothing changes', async () => {
  let writes = 0
  const storage = { getItem: () => null, setItem: () => (writes += 1) }
  const { manager, clock, call, arrive } = pages().open({ storage })
  for (let index = 0; index < 100; index += 1) manager.startTask('a tune', { id: `${index}` })
  await arrive()
  const { waiting } = clock
  for (let percent = 0; percent < 50; percent += 1) {
    call('0').send('progress', { percent }, `${percent}`)
    await arrive()
    await clock.advance(100)
  }
  expect(writes).toBeLessThan(8)
  expect(clock.waiting).toBeLessThanOrEqual(waiting)
})

test('where saving takes its time, tasks that end one after another are saved together; none is lost', async () => {
  const { open, saved, values } = pages()
  let writes = 0
  const storage = {
    getItem: (key: string) => values.get(key),
    setItem(key: string, value: string) {
      writes += 1
      clock.skip(5)
      values.set(key, value)
    },
  }
  const { manager, clock, call, arrive, stop } = open({ storage })
  const ids = Array.from({ length: 100 }, (_, index) => `${index}`)
  const ended = (): number => saved().tasks.filter(({ status }) => status === 'done').length
  manager.pauseQueue()
  for (const id of ids) manager.startTask('a tune', { id })
  manager.resumeQueue()
  writes = 0
  for (const id of ids) {
    await arrive()
    call(id).send('complete', { result: 'a tune' }, id)
    await clock.advance(5)
  }
  expect(writes).toBeLessThan(30)
  await clock.advance(50)
  expect(ended()).toBe(100)
  manager.startTask('one more', { id: 'more' })
  await arrive()
  manager.clearFinished()
  stop()
  expect(saved().tasks.map(({ id }) => id)).toEqual(['more'])
})

test('what its user has deleted stays deleted when the page is left', async () => {
  const { openTab, server, values, pass } = createTaskBrowser()
  const tab = openTab()
  tab.act((manager) => manager.startTask('a tune', { id: 'a' }))
  await pass()
  server.finish('a')
  await pass()
  expect(values.size).toBe(1)
  values.clear()
  tab.page('pagehide')
  tab.page('pageshow')
  tab.close()
  expect(values.size).toBe(0)
})

test('once storing has stopped, not even a task that was just started needs the storage', async () => {
  const { open, values } = pages()
  const getItem = vi.fn<(key: string) => string | undefined>((key) => values.get(key))
  const setItem: KeyValueStorage['setItem'] = (key, value) => values.set(key, value)
  const { manager, stop, clock } = open({ storage: { getItem, setItem } })
  manager.startTask('one', { id: 'one' })
  stop()
  const { length } = getItem.mock.calls
  await settle()
  expect(getItem).toHaveBeenCalledTimes(length)
  await clock.advance(16) // the frame of what was published
  expect([clock.waiting, clock.watching]).toEqual([0, 0])
})

test('what a slow storage answers too late is not shown under another key, but under its own', async () => {
  const { open, values } = pagesAfterOne()
  const slow: KeyValueStorage = {
    getItem: async (key) => (await settle(), values.get(key)),
    setItem: (key, value) => values.set(key, value),
  }
  const { manager, clock, stop } = open({ storage: slow })
  stop()
  const stopOther = storeTasks(manager, { key: 'other', storage: slow }, clock)
  const shown = new Set<string>()
  const unsubscribe = manager.subscribe(() => shown.add(manager.getSnapshot().taskIds.join()))
  for (let round = 0; round < 9; round += 1) await settle()
  expect([...shown]).toEqual([''])
  unsubscribe()
  stopOther()
  // As StrictMode does it.
  storeTasks(manager, { key: 'tasks', storage: slow }, clock)()
  storeTasks(manager, { key: 'tasks', storage: slow }, clock)
  for (let round = 0; round < 9; round += 1) await settle()
  expect(manager.getSnapshot().taskIds).toEqual(['saved'])
})
