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
  const task = receiveTaskData(
    fal(),
    { status: 'IN_PROGRESS', logs: [line(' 90%|█')] },
    { status: 'IN_QUEUE', queue_position: 1 },
    { status: 'IN_PROGRESS', logs: [line(' 10%|█', '2')] },
  )
  expect(task).toMatchObject({ status: 'processing', stage: 'IN_PROGRESS' })
  expect(receiveTaskData(fal(), { status: 'IN_PROGRESS' }, { status: 'IN_QUEUE' })).toMatchObject({
    indeterminate: true,
  })
})

test.each([
  [{ status: 'COMPLETED', error: 'no', error_type: 'x' }, 'no'],
  [{ detail: 'Request not found' }, 'Request not found'],
  [{ detail: [{ loc: ['body'], msg: 'field required' }] }, 'field required'],
])('%o has failed', (data, message) => {
  expect(receiveTaskData(fal(), data)).toMatchObject({ status: 'error', error: { message } })
})

test('statuses of a later day change nothing but the stage', () => {
  expect(receiveTaskData(fal(), { status: 'WARMING' })).toMatchObject({ stage: 'WARMING' })
})
