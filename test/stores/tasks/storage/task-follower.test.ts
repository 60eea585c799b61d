// What is done in a tab that only shows the tasks.
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { KeyValueStorage } from '../../../../src/stores/storage/storage.js'
import { createTaskBrowser, shown, twoTabs } from './task-tabs-support.js'

afterEach(() => vi.unstubAllGlobals())

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

  test('is done once, though a page that comes back says it again', async () => {
    const { owner, other, pass, holdMessages } = await twoTabs()
    let isResumed = false
    owner.manager.subscribe(() => {
      if (isResumed || !owner.manager.getSnapshot().isPaused) return
      isResumed = true
      owner.act((manager) => manager.resumeQueue())
    })
    holdMessages(true)
    other.act((manager) => manager.pauseQueue())
    other.page('pageshow')
    holdMessages(false)
    await pass(20)
    expect(isResumed).toBe(true)
    for (const { manager } of [owner, other]) expect(manager.getSnapshot().isPaused).toBe(false)
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

  test('is done to a task that has ended in the millisecond in which it was started', async () => {
    const { owner, other, server, pass } = await twoTabs([])
    owner.act((manager) => manager.startTask('a tune', { id: 'a' }))
    await pass(0)
    server.finish('a')
    await pass(0)
    expect(shown(other)).toEqual(['a done 100 1'])
    other.act((manager) => manager.startTask('once more', { id: 'a' }))
    await pass(0)
    expect(server.requests).toEqual(['GET a', 'GET a'])
    expect([owner, other].map((tab) => tab.task('a')?.prompt)).toEqual(['once more', 'once more'])
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
