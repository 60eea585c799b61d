import { describe, expect, test } from 'vitest'
import { jsonProgress } from '../../src/protocols/json-progress.js'
import { receiveTaskData, receiveTaskEvents } from './receive-task.js'

const last = (...data: unknown[]) => receiveTaskData(jsonProgress(), ...data)

test.each([
  [{ percent: 45 }, 45],
  [{ percentage: '45' }, 45],
  [{ percent: '45 %' }, 45],
  [{ percent: 0.5 }, 0.5],
  [{ fraction: 0.45 }, 45],
  [{ progress: 0.45 }, 45],
  [{ progress: 45 }, 45],
  [{ value: 45 }, 45],
  [{ value: 9, max: 20 }, 45],
  [{ progress: 9, total: 20 }, 45],
  [{ step: 9, steps: 20 }, 45],
  [{ current_step: 9, total_steps: 20 }, 45],
  [{ currentStep: 9, totalSteps: 20 }, 45],
  [{ downloaded: 9, totalBytes: 20 }, 45],
  [{ step: 'Mixing', current: 9, total: 20 }, 45],
  [{ current: 9, total: 20 }, 45],
  [{ loaded: 9, total: 20 }, 45],
  [{ done: 9, total: 20 }, 45],
  [{ done: false, completed: 9, total: 20 }, 45],
  [{ progress: { current: 9, total: 20 } }, 45],
  [{ current: 1, total: 2, progress: { done: 9, total: 20 } }, 45],
  [{ current: 0, total: 20 }, 0],
  [{ percent: 0 }, 0],
  [{ percent: 45, loaded: 5 }, 45],
  [{ status: 'running', data: { percent: 45 } }, 45],
  [{ event: 'progress', data: { percent: 45 } }, 45],
  [{ event: 'progress', data: 45 }, 45],
  [{ event: 'page', data: 45 }, null],
  [{ type: 'progress', progress: 45 }, 45],
  [{ type: 'progress', progress: 45, data: 9 }, 45],
  [{ type: 'progress', percent: 45, data: [9] }, 45],
  ['45', 45],
  ['45%', 45],
  [{ percent: -5 }, null],
  [{ percent: 'soon' }, null],
  [{ percent: true }, null],
  [{ message: 'Still here' }, null],
])('%j is at %s', (data, progress) => {
  const task = last(data)
  expect(task).toMatchObject({ status: 'processing', errors: [] })
  expect(task.indeterminate).toBeUndefined()
  if (progress === null) expect(task.progress).toBeNull()
  else expect(task.progress ?? NaN).toBeCloseTo(progress)
})

test('more than 100 % is 100 %', () => {
  expect(last({ percent: 250 }).progress).toBe(100)
})

test.each([
  [{ indeterminate: true }],
  [{ percent: null }],
  [{ progress: null }],
  [{ fraction: null }],
  [{ loaded: 5, total: null }],
  [{ loaded: 5, total: 0 }],
  [{ loaded: 5, total: -1 }],
  [{ loaded: 5 }],
])('%j cannot say how far it is', (data) => {
  expect(last(data)).toMatchObject({ progress: null, indeterminate: true })
})

test.each([
  [{ progress: 50 }, { progress: 30 }],
  [{ progress: 0.5 }, { progress: 0.3 }],
  [
    { stage: 'mix', percent: 50 },
    { stage: 'mix', percent: 30 },
  ],
  [{ stage: 'mix', percent: 50 }, { percent: 30 }],
  [{ stage: 'mix', percent: 50 }, { percent: 40 }, { stage: 'mix', percent: 30 }],
  [{ percent: 50 }, { stage: 'mix', percent: 30 }],
])('%j, then %j, is no step back', (...data) => {
  expect(last(...data).progress).toBe(50)
})

test('bytes are kept as they are', () => {
  expect(last({ loaded: 512, total: 2048 })).toMatchObject({
    loaded: 512,
    total: 2048,
    progress: 25,
  })
})

test.each([{ done: true }, { status: 'completed', result: 7 }, { error: 'No space' }])(
  'how much there is counts also in a record that ends it: %j',
  (end) => {
    const task = last({ loaded: 5, total: 8 }, { loaded: 9, total: 10, ...end })
    expect(task.status).not.toBe('processing')
    expect(task).toMatchObject({ loaded: 9, total: 10 })
  },
)

describe('what a bare number is of', () => {
  test('is 1 once one lies between 0 and 1', () => {
    expect(last({ progress: 0 }, { progress: 0.5 }, { progress: 1 }).progress).toBe(100)
  })

  test('is 100 for a 1 as long as nobody knows', () => {
    expect(last({ progress: 0 }, { progress: 1 }, '{"progress":')).toMatchObject({
      status: 'processing',
      progress: 1,
    })
  })

  test('is 100 once one lies above 1, also where it began as a fraction', () => {
    expect(last({ progress: 1 }, { progress: 2 }).progress).toBe(2)
    expect(last({ progress: 0.5 }, { progress: 2 }, { progress: 2.5 }).progress).toBe(2.5)
  })

  test('is what the option says', () => {
    expect(receiveTaskData(jsonProgress({ max: 1 }), { progress: 1 }).progress).toBe(100)
    expect(receiveTaskData(jsonProgress({ max: 100 }), { progress: 0.5 }).progress).toBe(0.5)
    expect(receiveTaskData(jsonProgress({ max: 8 }), { progress: 2 }).progress).toBe(25)
  })
})

describe('the end', () => {
  test.each<[string, unknown, unknown]>([
    ['a result', { result: 7 }, 7],
    ['a result at 1', { progress: 1, result: 7 }, 7],
    ['a result at 100 %', { percent: 100, result: null }, null],
    ['a result that is ok', { status: 'ok', result: 7 }, 7],
    ['a type', { type: 'complete', result: 7 }, 7],
    ['a type, without a result', { type: 'complete', url: '/f.zip' }, { url: '/f.zip' }],
    ['a status', { status: 'COMPLETED', output: [1] }, [1]],
    ['a state', { state: 'succeeded', data: { id: 1 } }, { id: 1 }],
    ['a status alone', { status: 'done', progress: 100 }, null],
    ['a flag', { done: true }, null],
    ['a marker', '[DONE]', null],
  ])('is told by %s', (_, data, result) => {
    expect(last({ percent: 10 }, data)).toMatchObject({ status: 'done', result })
  })

  test.each<[string, unknown, unknown]>([
    ['done', { result: 42 }, 42],
    ['complete', [1, 2], [1, 2]],
    ['complete', { result: {} }, {}],
    ['done', { result: null }, null],
    ['done', '42', 42],
    ['finished', {}, null],
    ['finish', {}, null],
    ['result', '"text"', 'text'],
    ['end', 'text', 'text'],
    ['end', '', null],
  ])('is told by the name %s, with %j', (type, data, result) => {
    const task = receiveTaskEvents(jsonProgress(), ['progress', '{"percent":1}'], [type, data])
    expect(task).toMatchObject({ status: 'done', result })
  })

  test('is the end of the stream at 100 %, unless its last record is broken', () => {
    expect(last({ percent: 100 }).status).toBe('done')
    expect(last({ progress: 0 }, { progress: 1 }).status).toBe('done')
    expect(last({ percent: 99 }).status).toBe('processing')
    expect(last({ percent: 100 }, '{"percent":').status).toBe('processing')
  })
})

test.each([
  [{ error: 'No space' }, 'No space'],
  [{ error: { message: 'No space' } }, 'No space'],
  [{ status: 'failed', message: 'No space' }, 'No space'],
  [{ state: 'FAILURE', detail: 'No space' }, 'No space'],
  [{ status: 'fail', message: 'No space' }, 'No space'],
  [{ status: 'canceled', message: 'By hand' }, 'By hand'],
  [{ type: 'error', message: 'No space' }, 'No space'],
  [{ status: 'cancelled', message: 'By hand' }, 'By hand'],
  [{ state: 'failed', failedReason: 'No space', data: { file: 'a' } }, 'No space'],
  [{ status: 'failed', reason: 'No space' }, 'No space'],
  [{ status: 'failed', error: 'No space', reason: 'io' }, 'No space'],
  [{ status: 'TIMED_OUT', message: 'Too slow' }, 'Too slow'],
  [{ status: 'timeout', message: 'Too slow' }, 'Too slow'],
  [{ status: 'CRASHED', message: 'No memory' }, 'No memory'],
  [{ status: 'expired', message: 'Too old' }, 'Too old'],
  [{ status: 'REVOKED', message: 'By hand' }, 'By hand'],
  [{ status: 'rejected', message: 'No quota' }, 'No quota'],
  [{ status: 'terminated', message: 'By hand' }, 'By hand'],
])('%j has failed', (data, message) => {
  expect(last(data)).toMatchObject({ status: 'error', error: { message } })
})

test('the result of a job of BullMQ is what it returns, not what it was given', () => {
  const job = { state: 'completed', progress: 100, data: { file: 'a' }, returnvalue: { url: '/a' } }
  expect(last(job)).toMatchObject({ status: 'done', result: { url: '/a' } })
  expect(last({ ...job, state: 'active', progress: 20, returnvalue: null })).toMatchObject({
    status: 'processing',
    progress: 20,
    result: null,
  })
})

test.each<[string, unknown, object]>([
  ['the end', { type: 'complete', data: { result: 7 } }, { status: 'done', result: 7 }],
  ['a status', { code: 0, data: { status: 'success', result: 7 } }, { status: 'done', result: 7 }],
  ['a flag', { message: 'ok', data: { done: true, url: '/f' } }, { status: 'done' }],
  ['a result so far', { event: 'progress', data: { partial: 'On' } }, { result: 'On' }],
  [
    'an error',
    { type: 'error', data: { message: 'No space' } },
    { status: 'error', error: { message: 'No space' } },
  ],
  [
    'a failure',
    { event: 'update', data: { type: 'job', state: 'failed', error: 'No space' } },
    { status: 'error', error: { message: 'No space' } },
  ],
])('%s may be inside of data', (_, data, task) => {
  expect(last({ percent: 10 }, data)).toMatchObject(task)
})

test.each([
  [{ id: '1', progress: 20, data: { type: 'end', error: 'none' }, returnvalue: null }],
  [{ state: 'active', data: { done: true } }],
])('%j is not over by what it was given as its data', (data) => {
  expect(last(data).status).toBe('processing')
})

test('an error that is null or false is none', () => {
  expect(last({ percent: 5, error: null }, { percent: 6, error: false })).toMatchObject({
    status: 'processing',
    progress: 6,
  })
})

test('a result under way is what there is so far', () => {
  expect(last({ progress: 0.5, result: 'Once' })).toMatchObject({ status: 'processing' })
  expect(last({ percent: 5, partial: 'Once' }, { percent: 6 })).toMatchObject({ result: 'Once' })
  for (const busy of [{ status: 'running' }, { done: false }, { finished: false, percent: 100 }]) {
    const task = { status: 'processing', result: 'Once' }
    expect(last({ ...busy, result: 'Once' }, '{"percent":')).toMatchObject(task)
  }
})

test.each([
  [{ status: 'waiting', result: null, error: null }],
  [{ message: 'Starting', result: null }],
  [{ percent: null, result: null }],
  [{ status: 'incomplete' }],
  [{ status: 'done with 1 of 2' }],
  [{ status: 'no error' }],
  [{ status: 'failover' }],
])('%j has not ended', (data) => {
  expect(last(data)).toMatchObject({ status: 'processing', result: null })
})

test('another stage may begin anew, another message may not', () => {
  const stages = [
    { stage: 'download', percent: 100 },
    { stage: 'unpack', percent: 5 },
  ]
  expect(last(...stages)).toMatchObject({ progress: 5, stage: 'unpack' })
  expect(last(stages[0], { percent: 100 }, stages[1])).toMatchObject({ progress: 5 })
  const messages = [
    { message: 'file 9', percent: 90 },
    { message: 'file 3', percent: 30 },
  ]
  expect(last(...messages)).toMatchObject({ progress: 90, stage: 'file 3' })
})

test('log lines come as a field, a list, an event, or as text between the records', () => {
  const task = receiveTaskEvents(
    jsonProgress(),
    ['message', { percent: 5, log: 'one\ntwo' }],
    ['message', { logs: ['three', { message: 'four' }] }],
    ['message', { type: 'log', level: 'info', message: 'five' }],
    ['log', 'six'],
    ['message', { event: 'log', data: 'and' }],
    ['message', { event: 'log', data: { message: 'so' } }],
    ['message', { event: 'progress', data: { percent: 5, log: 'on' } }],
    ['message', 'seven'],
    ['message', 'at 8%'],
    ['message', '9 files'],
    ['catalog', 'not this'],
    ['logseq', 'nor this'],
    ['ping', '1700000000'],
  )
  const words = 'one,two,three,four,five,six,and,so,on,seven,at 8%,9 files'
  expect(task.logs).toEqual(words.split(','))
  expect(task).toMatchObject({ progress: 5 })
  expect(task.stage).toBeUndefined()
})

test('text may come under a name that says what it is', () => {
  expect(receiveTaskEvents(jsonProgress(), ['failed', 'No space'])).toMatchObject({
    status: 'error',
    error: { message: 'No space' },
  })
  const unknown = receiveTaskEvents(jsonProgress(), ['progress', '5'], ['progress', 'null'])
  expect(unknown).toMatchObject({ status: 'processing', progress: 5, indeterminate: true })
  expect(receiveTaskEvents(jsonProgress(), ['message', 'null']).indeterminate).toBeUndefined()
})

test('broken JSON is reported, and the stream goes on', () => {
  expect(last('{"percent":', { percent: 5 })).toMatchObject({
    progress: 5,
    errors: [{ code: 'parse' }],
  })
})
