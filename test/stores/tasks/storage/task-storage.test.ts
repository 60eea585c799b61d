// Tasks that survive their page: what is saved, and how a later page goes on.
import { afterEach, expect, test, vi } from 'vitest'
import { StreamError } from '../../../../src/errors.js'
import { settle } from '../../../support/clock.js'
import { pages } from './task-pages.js'
import { createTaskBrowser } from './task-tabs-support.js'

afterEach(() => vi.unstubAllGlobals())

async function reloadMidway() {
  const browser = createTaskBrowser()
  const { openTab, server, pass } = browser
  const before = openTab({ concurrency: 2 })
  before.act((manager) => {
    for (const id of ['a', 'b', 'c', 'd']) manager.startTask(`tune ${id}`, { id })
  })
  await pass()
  server.progress('a', 30)
  server.progress('b', 50)
  server.finish('b')
  await pass()
  server.progress('a', 40)
  await pass()
  before.close()
  const tab = openTab({ concurrency: 2 })
  return { ...browser, before, tab }
}

test('after a reload the tasks are there at once, and go on by their last event id', async () => {
  const { tab, server, pass } = await reloadMidway()
  expect(tab.manager.getSnapshot().taskIds).toEqual(['a', 'b', 'c', 'd'])
  expect(tab.task('a')).toMatchObject({ status: 'processing', progress: 40, prompt: 'tune a' })
  expect(tab.task('b')).toMatchObject({ status: 'done', progress: 100, result: 'b is done' })
  expect(tab.task('d')).toMatchObject({ status: 'queued', progress: 0 })
  await pass()
  expect(server.requests).toEqual(['GET a', 'GET b', 'GET c', 'GET a after 3', 'GET c after 1'])
  server.progress('a', 60)
  await pass()
  expect(tab.task('a')).toMatchObject({ status: 'processing', progress: 60 })
  server.finish('a')
  await pass()
  expect(tab.task('a')).toMatchObject({ status: 'done', result: 'a is done' })
  expect(tab.ended).toEqual(['a'])
})

test('a page that crashes has saved what was started, and what has ended', async () => {
  const { openTab, server, pass } = createTaskBrowser()
  const first = openTab()
  await pass()
  first.act((manager) => ['a', 'b'].map((id) => manager.startTask('a tune', { id })))
  await settle()
  first.kill()
  const second = openTab()
  expect(second.manager.getSnapshot().taskIds).toEqual(['a', 'b'])
  await pass()
  server.finish('a')
  await settle()
  second.kill()
  expect(openTab().task('a')).toMatchObject({ status: 'done', result: 'a is done' })
})

test('a page that crashes has saved up to which event it has read, though that changed nothing', async () => {
  const { openTab, server, pass } = createTaskBrowser()
  const first = openTab()
  first.act((manager) => manager.startTask('a tune', { id: 'a' }))
  await pass()
  server.progress('a', 30)
  await pass()
  first.close()
  const second = openTab()
  await pass()
  server.progress('a', 20)
  await pass(2_000)
  second.kill()
  openTab()
  await pass()
  expect(server.requests).toEqual(['GET a', 'GET a after 2', 'GET a after 3'])
})

test('a task that has ended meanwhile says how', async () => {
  const { openTab, server, pass } = createTaskBrowser()
  const before = openTab()
  before.act((manager) => ['a', 'b'].map((id) => manager.startTask('a tune', { id })))
  await pass()
  before.close()
  server.finish('a')
  server.finish('b', 'error')
  const tab = openTab()
  expect(tab.task('a')?.status).toBe('processing')
  await pass()
  expect(tab.task('a')).toMatchObject({ status: 'done', result: 'a is done' })
  expect(tab.task('b')).toMatchObject({
    status: 'error',
    error: { name: 'StreamError', message: 'b went wrong', code: 'protocol' },
  })
  expect(tab.ended).toEqual(['a', 'b'])
  tab.close()
  const later = openTab()
  await pass()
  expect(later.ended).toEqual([])
  expect(later.task('b')?.error).toBeInstanceOf(StreamError)
  expect(server.requests).toHaveLength(4)
})

test('one that the server does not know any more has failed, and can be tried again', async () => {
  const { openTab, server, pass } = createTaskBrowser()
  const before = openTab()
  before.act((manager) => manager.startTask('a tune', { id: 'a' }))
  await pass()
  before.close()
  server.jobs.clear()
  const tab = openTab()
  await pass()
  expect(tab.task('a')).toMatchObject({ status: 'error', error: { code: 'http', status: 404 } })
  tab.act((manager) => manager.retryTask('a'))
  await pass()
  expect(tab.task('a')).toMatchObject({ status: 'processing', attempt: 2 })
  expect(server.requests).toEqual(['GET a', 'GET a after 1', 'GET a'])
})

test('a task that had events and no id is not started again: it has failed, and retryTask is there', async () => {
  const { open } = pages()
  const first = open()
  first.manager.startTask('a tune', { id: 'a' })
  await first.arrive()
  first.call('a').send('progress', { percent: 40 })
  await first.arrive()
  first.stop()
  expect(first.call('a').isAborted).toBe(true)
  const { calls, task, manager, arrive } = open()
  await arrive()
  expect(calls).toHaveLength(0)
  expect(task('a')).toMatchObject({ status: 'error', progress: 40, error: { code: 'incomplete' } })
  manager.retryTask('a')
  await arrive()
  expect(calls).toHaveLength(1)
})

test.each([
  ['a GET before its first event is sent again', 'a tune', undefined, 1],
  ['a POST is not', { bpm: 90 }, undefined, 0],
  ['a POST that may be replayed is', { bpm: 90 }, { replay: true }, 1],
])('%s', async (_, input, retry, count) => {
  const { open } = pages({ retry })
  const first = open()
  first.manager.startTask(input, { id: 'a' })
  await first.arrive()
  first.stop()
  const { calls, task, arrive } = open()
  await arrive()
  expect(calls).toHaveLength(count)
  expect(task('a')?.status).toBe(count ? 'processing' : 'error')
  expect(task('a')?.input).toEqual(input)
})

test('all that is known of a task is there again', async () => {
  const { open } = pages({ keepCanceled: true })
  const first = open()
  first.manager.startTask({ bpm: 90 }, { id: 'a', priority: 3 })
  first.manager.startTask('lost', { id: 'b' })
  first.manager.startTask('not wanted', { id: 'c' })
  first.manager.cancelTask('c')
  await first.arrive()
  first.call('b').answer(new Response('no', { status: 402 }))
  const line = { percent: 40, stage: 'mixing', logs: ['one', 'two'], loaded: 4, total: 10 }
  first.call('a').send('progress', line, '7')
  await first.arrive()
  const before = [...first.manager.getSnapshot().tasks.values()]
  first.stop()
  const after = [...open().manager.getSnapshot().tasks.values()]
  expect(after).toEqual(before)
  expect(after[1]?.error).toMatchObject({ code: 'http', status: 402, body: 'no' })
  expect(after[2]?.status).toBe('canceled')
})

test('queued tasks start in their order, unless the queue was paused', async () => {
  const { open } = pages({ concurrency: 1 })
  const first = open()
  first.manager.pauseQueue()
  first.manager.startTask('low', { id: 'low' })
  first.manager.startTask('high', { id: 'high', priority: 1 })
  first.stop()
  const { manager, having, calls, arrive } = open()
  await arrive()
  expect(manager.getSnapshot().isPaused).toBe(true)
  expect(calls).toHaveLength(0)
  manager.resumeQueue()
  expect([having('processing'), having('queued')]).toEqual([['high'], ['low']])
})

test('a task that was queued is started as any other: its request is tried again', async () => {
  const { open } = pages({ concurrency: 1, retry: { minDelay: 1_000, jitter: 0 } })
  const first = open()
  first.manager.pauseQueue()
  first.manager.startTask('a tune', { id: 'a' })
  first.stop()
  const { manager, calls, call, arrive, clock, task } = open()
  manager.resumeQueue()
  await arrive()
  call('a').fail()
  await clock.advance(1_500)
  expect(calls).toHaveLength(2)
  expect(task('a')?.status).toBe('processing')
})
