import { expect, test } from 'vitest'
import { ollamaPull } from '../../src/protocols/ollama-pull.js'
import { receiveTaskData } from './receive-task.js'

test('layers in turn are one progress, in bytes', () => {
  const task = receiveTaskData(
    ollamaPull(),
    { status: 'pulling manifest' },
    { status: 'pulling a', digest: 'sha256:a', total: 300, completed: 300 },
    { status: 'pulling b', digest: 'sha256:b', total: 100 },
    { status: 'pulling b', digest: 'sha256:b', total: 100, completed: 20 },
  )
  expect(task).toMatchObject({ progress: 100, loaded: 320, total: 400, stage: 'pulling b' })
})

test('before the first layer nobody knows how far it is, between two the bar stays', () => {
  expect(receiveTaskData(ollamaPull(), { status: 'pulling manifest' })).toMatchObject({
    progress: null,
    indeterminate: true,
  })
  const task = receiveTaskData(
    ollamaPull(),
    { status: 'pulling a', digest: 'sha256:a', total: 300, completed: 150 },
    { status: 'verifying sha256 digest' },
  )
  expect(task).toMatchObject({
    progress: 50,
    indeterminate: false,
    stage: 'verifying sha256 digest',
  })
})

test('it ends by `success` or an error, not by the end of the stream', () => {
  expect(receiveTaskData(ollamaPull(), { status: 'writing manifest' }).status).toBe('processing')
  expect(receiveTaskData(ollamaPull(), { status: 'success' })).toMatchObject({
    status: 'done',
    result: null,
  })
  expect(receiveTaskData(ollamaPull(), { error: 'no such model' })).toMatchObject({
    status: 'error',
    error: { message: 'no such model' },
  })
})
