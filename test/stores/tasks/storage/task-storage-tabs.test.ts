// Several tabs with the same tasks: one of them runs them, and all agree.
import { afterEach, describe, expect, test, vi } from 'vitest'
import { fromAnswer } from '../../../../src/stores/tasks/from-answer.js'
import { multiplexed } from '../../../../src/stores/tasks/multiplexed.js'
import type { KeyValueStorage } from '../../../../src/stores/storage/storage.js'
import { settle } from '../../../support/clock.js'
import { createTaskBrowser, shown } from './task-tabs-support.js'

afterEach(() => vi.unstubAllGlobals())

async function twoTabs(ids = ['a', 'b', 'c']) {
  const browser = createTaskBrowser()
  const owner = browser.openTab({ concurrency: 2 })
  await browser.pass()
  const other = browser.openTab({ concurrency: 2 })
  await browser.pass()
  owner.act((manager) => ids.forEach((id) => manager.startTask(`tune ${id}`, { id })))
  await browser.pass(40)
  return { ...browser, owner, other }
}

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

describe('what is done in a tab that only shows the tasks', () => {
  test('is shown there at once, and done by the one that runs them', async () => {
    const { owner, other, server, pass } = await twoTabs()
    other.act((manager) => manager.startTask({ bpm: 90 }, { id: 'd', priority: 1 }))
    expect(shown(other).at(-1)).toBe('d queued 0 1')
    other.act((manager) => manager.cancelTask('a'))
    expect(other.task('a')).toBeUndefined()
    await pass(20)
    const all = ['b processing 0 1', 'c queued 0 1', 'd processing 0 1']
    expect([shown(owner), shown(other)]).toEqual([all, all])
    expect(server.requests.slice(2)).toEqual(['DELETE a', 'POST d'])
    expect(owner.task('d')?.input).toEqual({ bpm: 90 })
  })

  test.each([
    ['pauseQueue', ['paused', 'a error 0 1', 'b done 100 1', 'c processing 0 1']],
    ['clearFinished', ['c processing 0 1']],
  ] as const)('%s', async (name, expected) => {
    const { owner, other, server, pass } = await twoTabs()
    server.finish('a', 'error')
    server.finish('b')
    await pass(300)
    other.act((manager) => manager[name]())
    expect(shown(other)).toEqual(expected)
    await pass(20)
    expect([shown(owner), shown(other)]).toEqual([expected, expected])
    other.act((manager) => manager.resumeQueue())
    await pass(20)
    expect(owner.manager.getSnapshot().isPaused).toBe(false)
  })

  test('retry and remove', async () => {
    const { owner, other, server, pass } = await twoTabs(['a', 'b'])
    server.finish('a', 'error')
    await pass(20)
    other.act((manager) => manager.retryTask('a'))
    expect(other.task('a')).toMatchObject({ status: 'queued', attempt: 2, error: undefined })
    other.act((manager) => manager.removeTask('b'))
    await pass(40)
    expect([shown(owner), shown(other)]).toEqual([['a processing 0 2'], ['a processing 0 2']])
    expect(server.requests).toEqual(['GET a', 'GET b', 'GET a'])
    expect(server.jobs.get('b')?.isRunning).toBe(true)
  })

  test('is not undone by what the other one had said before it heard of it', async () => {
    const { owner, other, server, pass, holdMessages, messages } = await twoTabs()
    server.finish('a', 'error')
    await pass(20)
    const seen: (string | undefined)[] = []
    other.manager.subscribe(() => seen.push(other.task('a')?.status))
    messages.splice(0)
    holdMessages(true)
    owner.act((manager) => manager.startTask('first', { id: 'first' }))
    await pass(20)
    other.act((manager) => manager.retryTask('a'))
    server.progress('b', 50)
    server.finish('b')
    await pass(20)
    holdMessages(false)
    owner.act((manager) => manager.startTask('late', { id: 'late' }))
    await pass(20)
    expect(shown(other)).toEqual([
      'a queued 0 2',
      'b done 100 1',
      'c processing 0 1',
      'first processing 0 1',
      'late queued 0 1',
    ])
    expect(shown(owner)).toEqual(shown(other))
    expect(other.ended).toEqual(['a', 'b'])
    expect(new Set(seen)).toEqual(new Set(['queued']))
    expect(messages.filter((type) => type === 'order')).toHaveLength(1)
  })

  test('is not done to a task that was started once more meanwhile', async () => {
    const { owner, other, server, pass, holdMessages } = await twoTabs(['a'])
    server.finish('a', 'error')
    await pass(20)
    holdMessages(true)
    owner.act((manager) => manager.retryTask('a'))
    other.act((manager) => manager.removeTask('a'))
    await pass(20)
    holdMessages(false)
    await pass(20)
    expect([shown(owner), shown(other)]).toEqual([['a processing 0 2'], ['a processing 0 2']])
  })

  test('while it was not stored, it is done when it is again', async () => {
    const { owner, other, pass } = await twoTabs(['a'])
    other.stop()
    other.act((manager) => manager.startTask('meanwhile', { id: 'b' }))
    await pass(20)
    expect(owner.task('b')).toBeUndefined()
    other.store()
    await pass(20)
    expect(shown(owner)).toEqual(['a processing 0 1', 'b processing 0 1'])
    expect(shown(other)).toEqual(shown(owner))
  })

  test('while nobody ran them yet, it is done by the one that does', async () => {
    const { openTab, values, pass, server } = createTaskBrowser()
    const first = openTab({ concurrency: 2 })
    await pass()
    let answer = (): void => {}
    const storage: KeyValueStorage = {
      getItem: (key) => new Promise((resolve) => (answer = () => resolve(values.get(key)))),
      setItem: (key, value) => values.set(key, value),
    }
    const second = openTab({ concurrency: 2 }, storage)
    const third = openTab({ concurrency: 2 })
    await pass()
    first.close()
    await pass()
    third.act((manager) => manager.startTask('a tune', { id: 'a' }))
    await pass(40)
    expect(server.requests).toEqual([])
    answer()
    await pass(40)
    expect([shown(second), shown(third)]).toEqual([['a processing 0 1'], ['a processing 0 1']])
    expect(server.open('a')).toBe(1)
  })

  test('by a listener, as it is told of news, is done as well', async () => {
    const { owner, other, server, pass } = await twoTabs(['a'])
    other.act((manager) => manager.pauseQueue())
    other.manager.subscribe(() => {
      if (other.task('a')?.status === 'done') other.manager.startTask('next', { id: 'next' })
    })
    server.finish('a')
    await pass()
    expect(shown(owner)).toEqual(['paused', 'a done 100 1', 'next queued 0 1'])
    expect(shown(other)).toEqual(shown(owner))
  })

  test('is done by its own tab where the other one is gone by then', async () => {
    const { owner, other, server, pass, holdMessages } = await twoTabs(['a'])
    await pass(300)
    holdMessages(true)
    other.act((manager) => manager.startTask('next', { id: 'next' }))
    other.act((manager) => manager.startTask('not wanted', { id: 'not wanted' }))
    other.act((manager) => manager.cancelTask('a'))
    other.act((manager) => manager.cancelTask('not wanted'))
    owner.kill()
    holdMessages(false)
    await pass(40)
    expect(shown(other)).toEqual(['next processing 0 1'])
    expect(server.jobs.get('a')?.status).toBe('canceled')
    expect(server.open('next')).toBe(1)
    expect(server.jobs.has('not wanted')).toBe(false)
  })

  test('and so is a pause', async () => {
    const { owner, other, server, pass, holdMessages } = await twoTabs(['a'])
    holdMessages(true)
    other.act((manager) => manager.pauseQueue())
    other.act((manager) => manager.startTask('next', { id: 'next' }))
    owner.kill()
    holdMessages(false)
    await pass(40)
    expect(shown(other)).toEqual(['paused', 'a processing 0 1', 'next queued 0 1'])
    expect(server.jobs.has('next')).toBe(false)
  })

  test('is done by a third one where the one that ran them is gone', async () => {
    const { owner, openTab, server, pass, holdMessages } = await twoTabs(['a'])
    const third = openTab()
    await pass(300)
    holdMessages(true)
    third.act((manager) => manager.startTask('next', { id: 'next' }))
    owner.kill()
    holdMessages(false)
    await pass(60)
    expect(third.task('next')?.status).toBe('processing')
    expect(server.requests).toEqual(['GET a', 'GET a after 1', 'GET next'])
  })

  test('a file goes along; what no other tab can be given goes as JSON has it', async () => {
    const { owner, other, pass } = await twoTabs([])
    const file = new Blob(['x'])
    other.act((manager) => manager.startTask({ file }, { id: 'file' }))
    other.act((manager) => manager.startTask({ file, call() {} }, { id: 'call' }))
    await pass()
    expect(owner.task('file')?.input).toEqual({ file: expect.any(Blob) })
    expect(owner.task('call')?.input).toEqual({ file: {} })
  })
})

describe('when the tab that runs them', () => {
  test.each(['close', 'kill', 'pagehide', 'stop'] as const)(
    '%s: another one goes on by the last event id, and no job is started again',
    async (how) => {
      const { owner, other, server, pass } = await twoTabs()
      server.progress('a', 40)
      server.progress('b', 30)
      await pass(300)
      if (how === 'pagehide') owner.page('pagehide')
      else owner[how]()
      server.progress('a', 60)
      server.finish('b')
      await pass()
      expect(shown(other)).toEqual(['a processing 60 1', 'b done 100 1', 'c processing 0 1'])
      expect(server.requests.slice(2)).toEqual(['GET a after 2', 'GET b after 2', 'GET c'])
      expect([server.open('a'), server.isDoubled]).toEqual([1, false])
    },
  )

  test('comes back from the page cache, it shows what the other one runs by now', async () => {
    const { owner, other, server, pass } = await twoTabs()
    owner.page('pagehide')
    await pass()
    server.finish('a')
    await pass()
    owner.page('pageshow')
    await pass()
    expect(shown(owner)).toEqual(shown(other))
    server.progress('b', 70)
    await pass(300)
    expect(owner.task('b')?.progress).toBe(70)
    owner.act((manager) => manager.cancelTask('b'))
    await pass()
    expect(server.jobs.get('b')?.status).toBe('canceled')
    expect(server.open('c')).toBe(1)
  })

  test('has come back, and is killed at once: what was done in it before it ran them again is saved', async () => {
    const { openTab, server, pass } = createTaskBrowser()
    const owner = openTab()
    owner.act((manager) => manager.startTask('a tune', { id: 'a' }))
    await pass()
    owner.page('pagehide')
    await pass()
    owner.page('pageshow')
    owner.act((manager) => manager.cancelTask('a'))
    await settle()
    owner.kill()
    const other = openTab()
    await pass()
    expect(server.jobs.get('a')?.status).toBe('canceled')
    expect(shown(other)).toEqual([])
  })

  test('is stored again, it is one of them again', async () => {
    const { owner, other, server, pass } = await twoTabs()
    owner.stop()
    owner.act((manager) => manager.startTask('meanwhile', { id: 'meanwhile' }))
    owner.store()
    await pass()
    expect(shown(owner)).toEqual(shown(other))
    expect(other.task('meanwhile')?.status).toBe('queued')
    expect(server.open('a')).toBe(1)
  })
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
  expect(messages.filter((type) => type === 'ask').length).toBeLessThan(30)
  expect(messages.filter((type) => type === 'report').length).toBeLessThan(30)
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

describe('a first event that says nothing new', () => {
  test('is known to the other tab, which does not start the task again', async () => {
    const { owner, other, server, pass } = await twoTabs(['a'])
    await pass(300)
    owner.kill()
    await pass()
    expect(server.requests).toEqual(['GET a', 'GET a after 1'])
    expect(other.task('a')?.status).toBe('processing')
  })

  test('is known to the tab that takes over at once', async () => {
    const { owner, server, pass } = await twoTabs(['a'])
    owner.page('pagehide')
    await pass()
    expect(server.requests).toEqual(['GET a', 'GET a after 1'])
  })

  test('is saved', async () => {
    const { openTab, server, pass } = createTaskBrowser()
    const tab = openTab()
    await pass(1_500)
    tab.act((manager) => manager.startTask('a tune', { id: 'a' }))
    await pass(1_500)
    tab.kill()
    openTab()
    await pass()
    expect(server.requests).toEqual(['GET a', 'GET a after 1'])
  })
})

describe('the answer to a start, before any event of the task', () => {
  test.each([
    ['its events are at a URL of its own', fromAnswer()],
    ['all events come over one stream', multiplexed({ url: '/events' })],
  ])('is known to the tab that takes over: %s', async (_, stream) => {
    const { openTab, pass } = createTaskBrowser()
    const requests: string[] = []
    const fetch = async (input: unknown, { method = 'GET' }: RequestInit = {}) => {
      requests.push(`${method} ${new URL(String(input), 'http://page.test').pathname}`)
      if (method === 'POST') {
        return new Response(null, { status: 202, headers: { location: '/events' } })
      }
      return new Response(new ReadableStream(), {
        headers: { 'content-type': 'text/event-stream' },
      })
    }
    const [first, second] = [openTab({ stream, fetch }), openTab({ stream, fetch })]
    await pass()
    first.act((manager) => manager.startTask({ bpm: 90 }, { id: 'a' }))
    await pass(1_100)
    requests.length = 0
    first.close()
    await pass()
    expect(requests).toEqual(['GET /events'])
    expect(second.task('a')?.status).toBe('processing')
  })
})

test('a page that was left before its storage answered runs nothing', async () => {
  const { openTab, server, pass, values } = createTaskBrowser()
  const first = openTab()
  await pass()
  first.act((manager) => manager.startTask('a tune', { id: 'a' }))
  await pass()
  first.close()
  let answer = (): void => {}
  const storage: KeyValueStorage = {
    getItem: (key) => new Promise((resolve) => (answer = () => resolve(values.get(key)))),
    setItem: (key, value) => values.set(key, value),
  }
  const second = openTab({}, storage)
  await pass()
  second.page('pagehide')
  answer()
  await pass(200)
  expect(server.requests).toEqual(['GET a'])
  second.page('pageshow')
  await pass()
  answer()
  await pass()
  expect(server.requests).toEqual(['GET a', 'GET a after 1'])
})
