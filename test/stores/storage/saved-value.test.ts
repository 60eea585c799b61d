// When a store is saved and when not, whatever it holds: the stores' own tests show what.
import { expect, test, vi } from 'vitest'
import { createSavedValue } from '../../../src/stores/storage/saved-value.js'
import type { KeyValueStorage } from '../../../src/stores/storage/storage.js'
import { createTestClock, settle } from '../../support/clock.js'
import { createTestStorage } from './storage-support.js'

/** A number that is saved. Each saving takes `cost` ms, in which the page does nothing else. */
function savedNumber(storage: KeyValueStorage & { values: Map<string, string> }, cost = 0) {
  const clock = createTestClock()
  const onSaved = vi.fn<() => void>()
  const page = { value: 1, cost }
  const saved = createSavedValue<number>(
    { key: 'key', storage },
    {
      version: 1,
      read: (data) => (data as { value: number }).value,
      write(value) {
        clock.skip(page.cost)
        return { value }
      },
      merge: () => page.value,
      onSaved,
    },
    clock,
  )
  return {
    clock,
    onSaved,
    saved,
    page,
    stored: () => storage.values.get('key')?.match(/\d(?=})/)?.[0],
    change(isUrgent = true) {
      page.value += 1
      saved.save(isUrgent)
    },
  }
}

test('what was deleted is not written again, only what is new', async () => {
  const storage = createTestStorage()
  const { saved, stored, change, clock } = savedNumber(storage)
  const stop = saved.start()
  saved.save(true)
  expect(stored()).toBe('1')
  storage.values.clear()
  saved.save(true)
  saved.save(true)
  clock.page('pageshow')
  expect(stored()).toBeUndefined()
  change()
  expect(stored()).toBe('2')
  stop()
})

test('what was overwritten is written again, but not over the same once more', () => {
  const storage = createTestStorage()
  const { saved } = savedNumber(storage)
  function overwriteBy(text: string): string | undefined {
    storage.values.set('key', text)
    saved.save(true)
    return storage.values.get('key')
  }
  saved.save(true)
  const inItsOwnOrder = '{"value":1,"version":1}'
  expect(overwriteBy(inItsOwnOrder)).toBe('{"version":1,"value":1}')
  expect(overwriteBy(inItsOwnOrder)).toBe(inItsOwnOrder)
})

test('a page that is shown again saves what it lacks, but nothing before anything was saved', () => {
  const storage = createTestStorage()
  const { saved, stored, page, clock } = savedNumber(storage)
  const stop = saved.start()
  clock.page('pageshow')
  expect(stored()).toBeUndefined()
  saved.save(true)
  page.value = 2
  clock.page('pageshow')
  expect(stored()).toBe('2')
  stop()
})

test('a storage that has `update` is read without it, and gets back what needs no change', async () => {
  const storage = createTestStorage({ hasUpdate: true })
  const update = vi.spyOn(storage, 'update')
  const { saved, stored } = savedNumber(storage)
  saved.start()()
  expect(update).not.toHaveBeenCalled()
  saved.save(true)
  saved.save(true)
  expect([update.mock.calls.length, storage.writes, stored()]).toEqual([2, 1, '1'])
})

test.each([false, true])(
  'saving that takes its time leaves nine tenths to the page (with update: %s)',
  async (hasUpdate) => {
    const storage = createTestStorage({ hasUpdate })
    const { change, stored, clock, page } = savedNumber(storage, 50)
    change()
    expect(stored()).toBe('2')
    change()
    change(false)
    await clock.advance(440)
    expect(stored()).toBe('2')
    page.cost = 200
    await clock.advance(10)
    expect(stored()).toBe('4')
    change(false)
    await clock.advance(1_790)
    expect(stored()).toBe('4')
    change()
    expect(stored()).toBe('6')
  },
)

test('a saving in which the machine slept puts the next one off for ten seconds at most', () => {
  const { change, stored, page } = savedNumber(createTestStorage(), 3_600_000)
  change()
  page.cost = 0
  change(false)
  expect(stored()).toBe('3')
})

test('what is only read leaves what is to be saved as it is', async () => {
  const storage = createTestStorage({ isSlow: true })
  const { saved, change, stored, clock } = savedNumber(storage)
  const stop = saved.start()
  void saved.refresh()
  await settle()
  expect(storage.writes).toBe(0)
  saved.save(true)
  await settle()
  change(false)
  void saved.refresh()
  await clock.advance(1_000)
  expect(stored()).toBe('2')
  stop()
})

test('all is saved once what has changed meanwhile is saved too', async () => {
  const { saved, change, onSaved } = savedNumber(createTestStorage({ isSlow: true }))
  saved.save(true)
  expect(saved.isSaved()).toBe(false)
  change()
  await settle()
  expect([saved.isSaved(), onSaved.mock.calls.length]).toEqual([true, 1])
  change(false)
  expect(saved.isSaved()).toBe(false)
})
