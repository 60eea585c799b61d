// What a later page goes on from: where the events are, what they meant so far, and where to cancel.
import { afterEach, expect, test, vi } from 'vitest'
import { jsonProgress } from '../../../../src/protocols/json-progress.js'
import { replicate } from '../../../../src/protocols/replicate.js'
import { fromAnswer } from '../../../../src/stores/tasks/from-answer.js'
import { multiplexed } from '../../../../src/stores/tasks/multiplexed.js'
import { pages } from './task-pages.js'

afterEach(() => vi.unstubAllGlobals())

test('it is told at the URL that its answer gave how it goes on, whether that is a stream or asked again and again', async () => {
  for (const pollInterval of [undefined, 1_000]) {
    const { open } = pages({
      stream: fromAnswer({ pollInterval }),
      protocol: jsonProgress(),
      url: 'http://page.test/jobs',
      headers: { authorization: 'me' },
    })
    const first = open()
    first.manager.startTask({ bpm: 90 }, { id: 'a' })
    await first.arrive()
    first
      .call('a')
      .answer(new Response(null, { status: 201, headers: { location: 'http://page.test/jobs/1' } }))
    await first.arrive()
    first.calls[1]!.accept(pollInterval ? 'application/json' : undefined)
    if (pollInterval) first.calls[1]!.raw('{"progress":0.4}')
    else first.calls[1]!.raw('data: {"progress":0.4}\n\n')
    if (pollInterval) first.calls[1]!.end()
    await first.arrive()
    expect(first.task('a')?.progress).toBe(40)
    first.stop()
    const { calls, task, arrive } = open()
    await arrive()
    expect(calls.map(({ method, url }) => `${method} ${url.pathname}`)).toEqual(['GET /jobs/1'])
    expect(calls[0]!.headers.get('authorization')).toBe('me')
    calls[0]!.accept(pollInterval ? 'application/json' : undefined)
    if (pollInterval) calls[0]!.raw('{"status":"done","result":7}')
    else calls[0]!.raw('data: {"status":"done","result":7}\n\n')
    calls[0]!.end()
    await arrive()
    expect(task('a')).toMatchObject({ status: 'done', result: 7 })
  }
})

test('headers of the task are not sent to another origin, not by a later page either', async () => {
  const { open } = pages({
    stream: fromAnswer(),
    url: 'http://page.test/jobs',
    headers: { authorization: 'me' },
  })
  const first = open()
  first.manager.startTask({ bpm: 90 }, { id: 'a' })
  await first.arrive()
  const location = 'https://b.test/7'
  first.call('a').answer(new Response(null, { status: 201, headers: { location } }))
  await first.arrive()
  first.stop()
  const { calls, arrive } = open()
  await arrive()
  expect(calls.map(({ url, headers }) => [url.href, headers.get('authorization')])).toEqual([
    [location, null],
  ])
})

test('one stream for all tasks is opened once more by its last event id, and no task is started again', async () => {
  const { open } = pages({ stream: multiplexed({ url: '/all' }) })
  const first = open()
  first.manager.startTask('one', { id: 'a' })
  first.manager.startTask('two', { id: 'b' })
  await first.arrive()
  first.calls[0]!.accept()
  await first.arrive()
  for (const id of ['a', 'b']) first.call(id).answer(new Response(null, { status: 202 }))
  await first.arrive()
  first.calls[0]!.send('progress', { taskId: 'b', percent: 30 }, '11')
  first.calls[0]!.send('progress', { taskId: 'a', percent: 40 }, '12')
  await first.arrive()
  first.stop()
  const { calls, task, arrive } = open()
  await arrive()
  expect(calls.map(({ url }) => url.pathname)).toEqual(['/all'])
  expect(calls[0]!.headers.get('last-event-id')).toBe('12')
  calls[0]!.send('complete', { taskId: 'b', result: 2 }, '13')
  await arrive()
  expect(task('a')).toMatchObject({ status: 'processing', progress: 40 })
  expect(task('b')).toMatchObject({ status: 'done' })
  expect(calls).toHaveLength(1)
})

test('a manager that ran its tasks over one stream, and is stored again, opens one', async () => {
  const { open } = pages({ stream: multiplexed({ url: '/all' }) })
  const { manager, calls, call, arrive, clock, stop, store } = open()
  for (const id of ['a', 'b']) manager.startTask('a tune', { id })
  await arrive()
  calls[0]!.raw('id: 11\n\n')
  await arrive()
  for (const id of ['a', 'b']) call(id).answer(new Response(null, { status: 202 }))
  await arrive()
  stop()
  await clock.advance(0)
  calls.length = 0
  store()
  await arrive()
  expect(calls.map(({ url }) => url.pathname)).toEqual(['/all'])
  expect(calls[0]!.headers.get('last-event-id')).toBe('11')
})

test('over one stream for all tasks a POST without an answer is not sent again', async () => {
  const { open } = pages({ stream: multiplexed({ url: '/all' }) })
  const first = open()
  first.manager.startTask({ bpm: 90 }, { id: 'a' })
  first.manager.startTask({ bpm: 60 }, { id: 'b' })
  await first.arrive()
  first.calls[0]!.accept()
  await first.arrive()
  first.call('a').answer(new Response(null, { status: 202 }))
  await first.arrive()
  first.calls[0]!.send('progress', { taskId: 'a', percent: 30 }, '11')
  await first.arrive()
  first.stop()
  const { calls, task, arrive } = open()
  await arrive()
  expect(calls.map(({ url }) => url.pathname)).toEqual(['/all'])
  expect(calls[0]!.headers.get('last-event-id')).toBe('11')
  expect([task('a')?.status, task('b')?.error?.code]).toEqual(['processing', 'incomplete'])
})

test('a result that came bit by bit goes on where it was', async () => {
  const { open } = pages({ protocol: replicate() })
  const first = open()
  first.manager.startTask('a poem', { id: 'a' })
  await first.arrive()
  first.call('a').send('output', 'Once ', '1')
  first.call('a').send('output', 'upon ', '2')
  await first.arrive()
  first.stop()
  const { task, call, arrive } = open()
  await arrive()
  expect(task('a')?.result).toBe('Once upon ')
  call('a').send('output', 'a time', '3')
  call('a').send('done', {}, '4')
  await arrive()
  expect(task('a')).toMatchObject({ status: 'done', result: 'Once upon a time' })
})

test('canceled after a reload, the server is told where its first answer said', async () => {
  const { open } = pages()
  const first = open()
  first.manager.startTask('a tune', { id: 'a' })
  await first.arrive()
  const headers = { 'content-type': 'text/event-stream', 'brooklet-cancel': '/cancel/a' }
  first.call('a').answer(new Response('id: 1\nevent: progress\ndata: 1\n\n', { headers }))
  await first.arrive()
  first.stop()
  const { manager, calls, arrive } = open()
  manager.cancelTask('a')
  await arrive()
  expect(calls.map(({ method, url }) => `${method} ${url.pathname}`)).toContain('DELETE /cancel/a')
})

test('after a reload progress does not go back, and the log goes on', async () => {
  const { open } = pages({ protocol: replicate() })
  const first = open()
  first.manager.startTask('a tune', { id: 'a' })
  await first.arrive()
  first.call('a').send('logs', ' 40%|████      | 4/10', '1')
  first.call('a').send('logs', 'mixing', '2')
  await first.arrive()
  expect(first.task('a')?.progress).toBe(40)
  first.stop()
  const { call, task, arrive } = open()
  await arrive()
  call('a').send('logs', ' 10%|█         | 1/10', '3')
  await arrive()
  expect(task('a')?.progress).toBe(40)
  expect(task('a')?.logs).toContain('mixing')
  call('a').send('logs', 'mastering', '4')
  await arrive()
  expect(task('a')?.logs.slice(-1)).toEqual(['mastering'])
  expect(task('a')?.logs).toContain('mixing')
})
