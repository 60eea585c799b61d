import { expect, test } from 'vitest'
import { fal } from '../../src/protocols/fal.js'
import { receiveTaskData } from './receive-task.js'

const line = (message: string, timestamp = '1') => ({ message, timestamp, level: 'INFO' })

test('log lines are shown once, whether the server sends the new ones or all', () => {
  const task = receiveTaskData(
    fal(),
    { status: 'IN_PROGRESS', logs: [line('one')] },
    { status: 'IN_PROGRESS', logs: [line('one'), line('two', '2')] },
    { status: 'COMPLETED', logs: [line('two', '2'), line('two', '3')] },
  )
  expect(task.logs).toEqual(['one', 'two', 'two'])
})

test('progress is that of the last bar in the logs; before it there is none', () => {
  const task = receiveTaskData(fal(), { status: 'IN_PROGRESS', logs: null })
  expect(task).toMatchObject({ progress: null, indeterminate: true, stage: 'IN_PROGRESS' })
  const bar = { status: 'IN_PROGRESS', logs: [line(' 45%|████▌     | 13/28')] }
  expect(receiveTaskData(fal(), bar, { status: 'IN_PROGRESS' })).toMatchObject({
    progress: 45,
    indeterminate: false,
  })
})

test('a request that is queued again begins anew', () => {
  const queuedAgain = [
    { status: 'IN_PROGRESS', logs: [line(' 90%|█')] },
    { status: 'IN_QUEUE', queue_position: 1 },
  ]
  expect(receiveTaskData(fal(), ...queuedAgain)).toMatchObject({ indeterminate: true })
  const begun = { status: 'IN_PROGRESS', logs: [line(' 10%|█', '2')] }
  expect(receiveTaskData(fal(), ...queuedAgain, begun)).toMatchObject({
    status: 'processing',
    stage: 'IN_PROGRESS',
    progress: 10,
    indeterminate: false,
  })
})

test.each([
  [{ status: 'COMPLETED', error: 'no', error_type: 'x' }, 'no'],
  [{ detail: 'Request not found' }, 'Request not found'],
  [{ detail: [{ loc: ['body'], msg: 'field required' }] }, 'field required'],
])('%o has failed', (data, message) => {
  expect(receiveTaskData(fal(), data)).toMatchObject({ status: 'error', error: { message } })
})

test('another bar than the last begins anew', () => {
  const bars = [' 90%|█', ' 10%|█'].map((bar) => ({ status: 'IN_PROGRESS', logs: [line(bar)] }))
  expect(receiveTaskData(fal(), ...bars).progress).toBe(10)
})

test('statuses of a later day change nothing but the stage, and what has none changes nothing', () => {
  expect(receiveTaskData(fal(), {})).toEqual(receiveTaskData(fal()))
  expect(receiveTaskData(fal(), { status: 'WARMING' })).toMatchObject({ stage: 'WARMING' })
})
