// Tasks that survive their page: what is saved, and how a later page goes on.
import { afterEach, describe, expect, test, vi } from 'vitest'
import { StreamError } from '../../../../src/errors.js'
import { jsonProgress } from '../../../../src/protocols/json-progress.js'
import { replicate } from '../../../../src/protocols/replicate.js'
import { fromAnswer } from '../../../../src/stores/tasks/from-answer.js'
import { multiplexed } from '../../../../src/stores/tasks/multiplexed.js'
import type { PackedTasks } from '../../../../src/stores/tasks/storage/saved-tasks.js'
import type { KeyValueStorage, StorageOptions } from '../../../../src/stores/storage/storage.js'
import { storeTasks } from '../../../../src/stores/tasks/storage/task-storage.js'
import type { TaskManagerOptions } from '../../../../src/stores/tasks/task-types.js'
import { settle } from '../../../support/clock.js'
import { benchTasks } from '../../../support/servers/task-script.js'
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

/** A page of its own over a scripted server, and another one after it. */
function pages(options: TaskManagerOptions = {}, saved: Record<string, string> = {}) {
  vi.stubGlobal('navigator', undefined)
  const values = new Map(Object.entries(saved))
  const storage: KeyValueStorage = {
    getItem: (key) => values.get(key),
    setItem: (key, value) => values.set(key, value),
  }
  const errors: StreamError[] = []
  const onError = (error: StreamError): unknown => errors.push(error)
  function open(given: Partial<StorageOptions> = {}) {
    const bench = benchTasks({ ...options })
    const stop = storeTasks(
      bench.manager,
      { key: 'tasks', storage, onError, ...given },
      bench.clock,
    )
    return { ...bench, stop }
  }
  return { open, values, errors, saved: () => JSON.parse(values.get('tasks')!) as PackedTasks }
}

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

describe('bad input', () => {
  const good = { id: 'good', status: 'done', input: 'a tune', progress: 100, result: 7 }

  test.each([
    ['broken JSON', '{"tasks":', /cannot be read/],
    ['something else', '{"version":1,"messages":[]}', /there are no tasks/],
    ['null', 'null', /there are no tasks/],
    ['a later version', '{"version":2,"tasks":[]}', /version 1 or older/],
  ])('%s is reported, and the tasks go on', async (_, text, message) => {
    const { open, errors, values } = pages({}, { tasks: text })
    const { manager, call, task, arrive, stop } = open()
    manager.startTask('a tune', { id: 'a' })
    await arrive()
    call('a').send('complete', { result: 7 })
    await arrive()
    expect(task('a')).toMatchObject({ status: 'done', result: 7 })
    expect(errors).toMatchObject([{ code: 'storage', message: expect.stringMatching(message) }])
    stop()
    expect(values.get('tasks') === text).toBe(text.includes('"version":2'))
  })

  test.each([
    ['no object', 7],
    ['null', null],
    ['one without an id', { ...good, id: undefined }],
    ['one of an unknown status', { ...good, status: 'composing' }],
  ])('a task that is %s is left out', (_, task) => {
    const { open, errors } = pages({}, { tasks: JSON.stringify({ tasks: [task, good] }) })
    expect(open().manager.getSnapshot().taskIds).toEqual(['good'])
    expect(errors).toMatchObject([{ code: 'storage' }])
  })

  test('fields of another kind are as of a new task', () => {
    const odd = { progress: '45', logs: 'none', priority: null, error: 'no', createdAt: {}, run: 1 }
    const tasks = [
      { ...good, ...odd, isReconnecting: 'yes', total: [], prompt: 1, attempt: false },
      { id: 'small', status: 'done' },
    ]
    const { open, errors } = pages({}, { tasks: JSON.stringify({ tasks }) })
    expect([...open().manager.getSnapshot().tasks.values()]).toMatchObject([
      { progress: 0, logs: [], priority: 0, error: undefined, total: undefined, attempt: 1 },
      { input: null, prompt: '', result: null },
    ])
    expect(errors).toEqual([])
  })

  test('the same id twice is one task, and one that nobody knows how to go on with is not started', async () => {
    const tasks = [good, { ...good, result: 8 }, { id: 'a', status: 'processing', input: 'a tune' }]
    const { manager, task, calls, arrive } = pages({}, { tasks: JSON.stringify({ tasks }) }).open()
    await arrive()
    expect(manager.getSnapshot().taskIds).toEqual(['good', 'a'])
    expect(task('a')).toMatchObject({ status: 'error', error: { code: 'incomplete' } })
    expect(calls).toHaveLength(0)
  })

  test('a storage that is full, blocked or of no use is told once, and breaks nothing', async () => {
    const full = () => {
      throw new DOMException('Quota exceeded', 'QuotaExceededError')
    }
    for (const storage of [
      full,
      { getItem: full, setItem: full },
      { getItem: () => null, setItem: full },
      { getItem: () => Promise.reject(new Error('no disk')), setItem: full },
    ]) {
      const { open, errors } = pages()
      const { manager, call, task, arrive, clock } = open({ storage })
      await arrive()
      manager.startTask('a tune', { id: 'a' })
      await arrive()
      call('a').send('progress', { percent: 40 })
      await arrive()
      await clock.advance(5_000)
      expect(task('a')).toMatchObject({ status: 'processing', progress: 40 })
      expect(errors).toMatchObject([{ code: 'storage' }])
    }
  })

  test('what JSON has no word for comes back as JSON has it, or null; the others are saved', async () => {
    const { open, errors } = pages()
    const first = open()
    const circle: Record<string, unknown> = {}
    circle.self = circle
    first.manager.startTask({ file: new File(['x'], 'x.txt'), at: new Date(0) }, { id: 'file' })
    first.manager.startTask({ count: 7n }, { id: 'big' })
    first.manager.startTask(circle, { id: 'circle' })
    first.manager.startTask('a tune', { id: 'good' })
    await first.arrive()
    first.stop()
    expect([...open().manager.getSnapshot().tasks.values()].map(({ input }) => input)).toEqual([
      { file: {}, at: '1970-01-01T00:00:00.000Z' },
      null,
      null,
      'a tune',
    ])
    expect(errors).toEqual([])
  })
})

test('a storage that takes its time: what was started before is kept, and comes after what was saved', async () => {
  const { open, values } = pages()
  const first = open()
  first.manager.startTask('saved', { id: 'saved' })
  first.stop()
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
  for (let percent = 0; percent < 50; percent += 1) {
    call('0').send('progress', { percent }, `${percent}`)
    await arrive()
    await clock.advance(100)
  }
  expect(writes).toBeLessThan(8)
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

test('what a slow storage answers too late is not shown under another key, but under its own', async () => {
  const { open, values } = pages()
  const first = open()
  first.manager.startTask('saved', { id: 'saved' })
  first.stop()
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
