// What is saved may be broken, and so may the storage.
import { afterEach, describe, expect, test, vi } from 'vitest'
import { readTask } from '../../../../src/stores/tasks/storage/saved-tasks.js'
import { pages } from './task-pages.js'

afterEach(() => vi.unstubAllGlobals())

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

  test('fields of another kind are as of a new run', () => {
    const run = { lastEventId: 7, hasEvents: 'yes', cancelUrl: {} }
    expect(readTask({ id: 'a', status: 'processing', run })?.run).toEqual({
      lastEventId: '',
      hasEvents: false,
    })
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
    const protocol = { reader: () => ({ read: () => ({ done: { result: 7n } }) }) }
    const { open, errors } = pages({ protocol })
    const first = open()
    const circle: Record<string, unknown> = {}
    circle.self = circle
    first.manager.startTask({ file: new File(['x'], 'x.txt'), at: new Date(0) }, { id: 'file' })
    first.manager.startTask({ count: 7n }, { id: 'big' })
    first.manager.startTask(circle, { id: 'circle' })
    first.manager.startTask('a tune', { id: 'good' })
    await first.arrive()
    first.call('good').send('complete', {})
    await first.arrive()
    expect(first.task('good')).toMatchObject({ status: 'done', result: 7n })
    first.stop()
    const { manager, task } = open()
    expect([...manager.getSnapshot().tasks.values()].map(({ input }) => input)).toEqual([
      { file: {}, at: '1970-01-01T00:00:00.000Z' },
      null,
      null,
      'a tune',
    ])
    expect(task('good')).toMatchObject({ status: 'done', result: null })
    expect(errors).toEqual([])
  })
})
