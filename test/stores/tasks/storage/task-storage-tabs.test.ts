// Several tabs with the same tasks: one of them runs them, and all agree.
import { afterEach, expect, test, vi } from 'vitest'
import { createTaskBrowser, shown, twoTabs } from './task-tabs-support.js'

afterEach(() => vi.unstubAllGlobals())

test('both show the same tasks, and there is one connection for each that runs', async () => {
  const { owner, other, server, pass } = await twoTabs()
  expect(shown(other)).toEqual(['a processing 0 1', 'b processing 0 1', 'c queued 0 1'])
  server.progress('a', 40)
  await pass(300)
  expect(shown(other)).toEqual(['a processing 40 1', 'b processing 0 1', 'c queued 0 1'])
  server.finish('a')
  await pass(20)
  expect(shown(other)).toEqual(['a done 100 1', 'b processing 0 1', 'c processing 0 1'])
  expect(shown(owner)).toEqual(shown(other))
  expect(server.requests).toEqual(['GET a', 'GET b', 'GET c'])
})

test('a tab that was opened late shows all, and who slept hears what it has missed', async () => {
  const { owner, other, server, pass, openTab } = await twoTabs()
  server.progress('a', 40)
  await pass(1_100)
  const late = openTab()
  expect(shown(late)).toEqual(['a processing 40 1', 'b processing 0 1', 'c queued 0 1'])
  await pass()
  expect(shown(late)).toEqual(shown(owner))
  other.page('pagehide')
  server.finish('a')
  owner.act((manager) => manager.removeTask('b'))
  await pass()
  other.page('pageshow')
  await pass()
  expect(shown(other)).toEqual(['a done 100 1', 'c processing 0 1'])
})

test.each([
  ['ran the tasks', true],
  ['showed them', false],
])(
  'a tab that %s slept while what was saved was deleted: it shows what is run by now',
  async (_, hasLed) => {
    const { openTab, values, pass } = createTaskBrowser()
    const first = openTab()
    await pass()
    const sleeper = openTab()
    first.act((manager) => manager.pauseQueue())
    await pass()
    if (hasLed) first.close()
    await pass()
    sleeper.page('pagehide')
    first.close()
    values.clear()
    const last = openTab()
    await pass()
    sleeper.page('pageshow')
    await pass()
    last.act((manager) => manager.startTask('a tune', { id: 'a' }))
    sleeper.act((manager) => manager.startTask('a tune', { id: 'b' }))
    await pass()
    expect(shown(last)).toEqual(['a processing 0 1', 'b processing 0 1'])
    expect(shown(sleeper)).toEqual(shown(last))
  },
)

test('a tab asks again though it had no answer, because nothing was new, and nothing can be saved', async () => {
  const { other, server, storage, pass } = await twoTabs(['a'])
  storage.isFull = true
  await pass(1_000)
  server.progress('a', 40)
  await pass(300)
  expect(other.task('a')?.progress).toBe(40)
})

test('a tab that has missed a report asks, though no task runs', async () => {
  const { messages, pass } = await twoTabs([])
  messages.length = 0
  const missed = { term: 1, after: 8, revision: 9, isPaused: false, ids: [], tasks: [], done: {} }
  // oxlint-disable-next-line require-post-message-target-origin -- that is a window's
  new BroadcastChannel('brooklet-tasks:tasks').postMessage({ type: 'report', ...missed })
  await pass()
  expect(messages).toEqual(['report', 'ask'])
})

test('many tabs ask no more often than one', async () => {
  const { openTab, server, messages, pass } = await twoTabs(['a'])
  const others = Array.from({ length: 8 }, () => openTab())
  await pass(300)
  messages.length = 0
  for (let percent = 1; percent <= 60; percent += 1) {
    server.progress('a', percent)
    await pass(40)
  }
  for (const other of others) expect(other.task('a')?.progress).toBeGreaterThan(50)
  const asks = (): number => messages.filter((type) => type === 'ask').length
  expect(asks()).toBeLessThan(30)
  expect(messages.filter((type) => type === 'report').length).toBeLessThan(30)
  messages.length = 0
  await pass(2_400)
  expect(asks()).toBeLessThan(30)
})

test('each tab is told of the ends that it sees, and a later one of none that it finds', async () => {
  const { owner, other, server, pass, openTab } = await twoTabs()
  server.finish('a')
  server.finish('b', 'error')
  await pass()
  expect([owner.ended, other.ended]).toEqual([
    ['a', 'b'],
    ['a', 'b'],
  ])
  const late = openTab()
  await pass()
  expect(late.ended).toEqual([])
})

test('a task that has ended keeps its identity in every tab', async () => {
  const { other, server, pass, openTab } = await twoTabs()
  server.finish('a')
  await pass()
  const before = other.task('a')
  server.progress('b', 50)
  await pass(300)
  openTab()
  await pass(300)
  expect(other.task('b')?.progress).toBe(50)
  expect(other.task('a')).toBe(before)
})

test('a tab that is hidden shows what is saved; and where nothing runs, no timer does', async () => {
  const { other, server, pass, clock } = await twoTabs(['a'])
  vi.stubGlobal('document', { hidden: true, addEventListener() {}, removeEventListener() {} })
  await pass(300)
  server.progress('a', 40)
  await pass(2_000)
  expect(other.task('a')?.progress).toBe(40)
  server.progress('a', 60)
  vi.stubGlobal('document', { hidden: false, addEventListener() {}, removeEventListener() {} })
  other.page('visibilitychange')
  await pass()
  expect(other.task('a')?.progress).toBe(60)
  server.finish('a')
  await pass(2_000)
  expect(clock.waiting).toBe(0)
})

test('a tab that only showed them has no timer once it has stopped', async () => {
  const { other, pass, clock } = await twoTabs(['a'])
  await pass(300)
  const { waiting } = clock
  other.stop()
  expect(clock.waiting).toBe(waiting - 1)
})

test('without locks each tab runs what it has started, and after a reload again', async () => {
  const { openTab, server, pass } = createTaskBrowser({ hasLocks: false })
  const storages = [new Map<string, string>(), new Map<string, string>()].map((values) => ({
    getItem: (key: string) => values.get(key),
    setItem: (key: string, value: string) => values.set(key, value),
  }))
  const [one, other] = storages.map((storage) => openTab({}, storage))
  one!.act((manager) => manager.startTask('one', { id: 'a' }))
  other!.act((manager) => manager.startTask('two', { id: 'b' }))
  expect([one!.task('a')?.status, other!.task('a')]).toEqual(['processing', undefined])
  await pass()
  one!.close()
  const again = openTab({}, storages[0])
  await pass()
  expect(shown(again)).toEqual(['a processing 0 1'])
  expect(shown(other!)).toEqual(['b processing 0 1'])
  expect(server.requests).toEqual(['GET a', 'GET b', 'GET a after 1'])
})

test('what comes, goes and pauses is told at once, where nothing runs too', async () => {
  const { owner, other, server, pass } = await twoTabs(['a', 'b'])
  server.finish('a')
  server.finish('b')
  await pass(2_000)
  owner.act((manager) => manager.pauseQueue())
  await pass(20)
  expect(shown(other)).toEqual(['paused', 'a done 100 1', 'b done 100 1'])
  owner.act((manager) => manager.resumeQueue())
  await pass(20)
  expect(shown(other)).toEqual(['a done 100 1', 'b done 100 1'])
  owner.act((manager) => manager.clearFinished())
  await pass(20)
  expect(shown(other)).toEqual([])
})
