import { expect, test } from 'vitest'
import { kubernetesWatch } from '../../src/protocols/kubernetes-watch.js'
import { receiveTask, receiveTaskData } from './receive-task.js'

const job = (status: object, spec: object = { completions: 4 }) => ({
  type: 'MODIFIED',
  object: { kind: 'Job', metadata: { name: 'pi' }, spec, status },
})
const condition = (type: string, status = 'True', more = {}) => ({
  conditions: [{ type, status, ...more }],
})

test('it is read line by line, though its content type says that it is one document', () => {
  const lines = [job({ succeeded: 1 }), job({ succeeded: 3 })].map((each) => JSON.stringify(each))
  expect(receiveTask(kubernetesWatch(), 'text', [lines.join('\n')])).toMatchObject({ progress: 75 })
})

test('a job without completions of its own cannot say how far it is', () => {
  expect(receiveTaskData(kubernetesWatch(), job({ succeeded: 2 }, {}))).toMatchObject({
    progress: null,
    indeterminate: true,
  })
})

test('a job that has begun is at 0, and an object without a status is none to read', () => {
  expect(receiveTaskData(kubernetesWatch(), job({ active: 1 }))).toMatchObject({
    progress: 0,
    indeterminate: false,
  })
  const bare = { type: 'ADDED', object: { kind: 'ConfigMap' } }
  expect(receiveTaskData(kubernetesWatch(), bare)).toMatchObject({ status: 'processing' })
})

test.each(['Complete', 'Failed'])('a job tells how far it came where it is %s', (type) => {
  const end = job({ succeeded: 3, ...condition(type) })
  expect(receiveTaskData(kubernetesWatch(), job({ succeeded: 1 }), end)).toMatchObject({
    loaded: 3,
    total: 4,
  })
})

test.each([
  [
    condition('Failed', 'True', { reason: 'DeadlineExceeded', message: 'Took too long' }),
    'Took too long',
  ],
  [condition('Failed', 'True', { reason: 'BackoffLimitExceeded' }), 'BackoffLimitExceeded'],
  [{ phase: 'Failed', message: 'OOMKilled' }, 'OOMKilled'],
  [{ phase: 'Error' }, 'Job pi has failed'],
  // Argo: what has completed need not have succeeded.
  [{ phase: 'Failed', message: 'child failed', ...condition('Completed') }, 'child failed'],
  // Tekton has no other condition.
  [condition('Succeeded', 'False', { reason: 'Failed', message: 'Step failed' }), 'Step failed'],
])('%o has failed', (status, message) => {
  expect(receiveTaskData(kubernetesWatch(), job(status))).toMatchObject({
    status: 'error',
    error: { message },
  })
})

test.each([
  [condition('Complete', 'False'), 'processing'],
  [condition('FailureTarget'), 'processing'],
  [condition('Suspended'), 'processing'],
  [condition('Complete'), 'done'],
  [condition('Failed', 'False'), 'processing'],
  [condition('Succeeded', 'Unknown', { reason: 'Running' }), 'processing'],
  [condition('Succeeded'), 'done'],
  [{ phase: 'Succeeded', ...condition('Completed') }, 'done'],
  [{ phase: 'Running', ...condition('Ready') }, 'processing'],
  [{ phase: 'Succeeded' }, 'done'],
])('%o is %s', (status, expected) => {
  expect(receiveTaskData(kubernetesWatch(), job(status)).status).toBe(expected)
})

test('the phase of a pod is its stage', () => {
  expect(receiveTaskData(kubernetesWatch(), job({ phase: 'Pending' }, {})).stage).toBe('Pending')
})

test('a watch that has expired says so by 410; an object that is deleted has failed', () => {
  const object = { kind: 'Status', message: 'too old resource version', code: 410 }
  expect(receiveTaskData(kubernetesWatch(), { type: 'ERROR', object })).toMatchObject({
    error: { code: 'protocol', status: 410, message: 'too old resource version' },
  })
  const gone = { ...job({}), type: 'DELETED' }
  expect(receiveTaskData(kubernetesWatch(), gone)).toMatchObject({
    error: { message: 'Job pi was deleted' },
  })
})
