// One tab takes over from another: it knows all that it needs to, and nothing is begun twice.
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { KeyValueStorage } from '../../../../src/stores/storage/storage.js'
import { fromAnswer } from '../../../../src/stores/tasks/from-answer.js'
import { multiplexed } from '../../../../src/stores/tasks/multiplexed.js'
import { storeTasks } from '../../../../src/stores/tasks/storage/task-storage.js'
import { createTaskManager } from '../../../../src/stores/tasks/task-manager.js'
import { settle } from '../../../support/clock.js'
import { createTaskBrowser, shown, twoTabs } from './task-tabs-support.js'

afterEach(() => vi.unstubAllGlobals())

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

test('what was started before its manager was stored is run by the tab that runs all', async () => {
  const { owner, server, clock, values, pass } = await twoTabs([])
  const manager = createTaskManager(
    { keepCanceled: true, fetch: () => new Promise(() => {}) },
    clock,
  )
  manager.startTask('a tune', { id: 'early' })
  manager.cancelTask(manager.startTask('not wanted'))
  const storage: KeyValueStorage = {
    getItem: (key) => values.get(key),
    setItem: (key, value) => values.set(key, value),
  }
  const stop = storeTasks(manager, { key: 'tasks', storage }, clock)
  await pass()
  expect(shown(owner)).toEqual(['early processing 0 1'])
  expect(server.requests).toEqual(['GET early'])
  stop()
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
