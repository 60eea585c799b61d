import { expect, test } from 'vitest'
import { dockerProgress } from '../../src/protocols/docker-progress.js'
import { receiveTask, type ReceivedTask } from './receive-task.js'

function receive(...records: (object | string)[]): ReceivedTask {
  const lines = records.map((each) => (typeof each === 'string' ? each : JSON.stringify(each)))
  return receiveTask(dockerProgress(), 'sse', [lines.join('\r\n')])
}

/** As it is on the way: what an error ends has not been called done. */
function underWay(...records: object[]): ReceivedTask {
  return receive(...records, '{"status":')
}

const layer = (id: string, status: string, current?: number, total?: number) => ({
  id,
  status,
  progressDetail: { current, total },
})

test('layers side by side are one progress, in bytes', () => {
  const task = underWay(
    { status: 'Pulling from library/alpine', id: 'latest' },
    layer('a', 'Pulling fs layer'),
    layer('a', 'Downloading', undefined, 100),
    layer('b', 'Downloading', 50, 300),
    layer('a', 'Downloading', 50, 100),
  )
  expect(task).toMatchObject({ status: 'processing', progress: 25, loaded: 100, total: 400 })
  expect(task.stage).toBe('Downloading')
})

test('what is being unpacked has been downloaded: its percent does not count again', () => {
  const task = underWay(
    layer('b', 'Downloading', 100, 300),
    layer('a', 'Downloading', 100, 100),
    layer('a', 'Extracting', 1, 100),
  )
  expect(task).toMatchObject({ progress: 50, stage: 'Extracting' })
  expect(underWay(layer('a', 'Downloading', 50, 100), layer('a', 'Pull complete'))).toMatchObject({
    progress: 100,
  })
})

test('the first layer to be there is not all of them', () => {
  const layers = ['a', 'b', 'c', 'd'].map((id) => layer(id, 'Pulling fs layer'))
  const first = [...layers, layer('a', 'Downloading', 100, 100), layer('b', 'Waiting')]
  expect(underWay(...first)).toMatchObject({ progress: 25, loaded: 100, total: 100 })
  expect(underWay(...first, layer('b', 'Downloading', 50, 100)).progress).toBeCloseTo(37.5)
  expect(underWay(...first, layer('b', 'Already exists')).progress).toBeCloseTo(100 / 3)
})

test('a layer of an unknown size has no percent', () => {
  expect(underWay(layer('a', 'Downloading', 50, -1))).toMatchObject({
    progress: null,
    indeterminate: true,
  })
  expect(underWay(layer('a', 'Already exists')).progress).toBeNull()
  expect(underWay(layer('a', 'Pulling fs layer')).indeterminate).toBe(true)
})

test('a layer that is announced again keeps what has come of it', () => {
  const come = layer('a', 'Downloading', 50, 100)
  const next = layer('b', 'Downloading', 50, 100)
  expect(underWay(come, layer('a', 'Waiting'), next)).toMatchObject({ loaded: 100, total: 200 })
})

test('what follows the layers leaves known what is known', () => {
  const task = underWay(layer('a', 'Downloading', 50, 100), { status: 'Digest: sha256:12' })
  expect(task).toMatchObject({ progress: 50, stage: 'Digest: sha256:12' })
  expect(task.indeterminate).toBeUndefined()
})

test('what is printed between two images that are loaded makes no build of them', () => {
  const task = underWay(
    layer('a', 'Loading layer', 50, 100),
    { stream: 'Loaded image: one\n' },
    layer('b', 'Loading layer', 250, 300),
  )
  expect(task).toMatchObject({ progress: 75, logs: ['Loaded image: one'] })
})

test('a build goes by its steps, whatever it pulls for them', () => {
  const task = underWay(
    { stream: 'Step 1/16 : FROM alpine' },
    layer('a', 'Downloading', 100, 100),
    { stream: '\n' },
    { stream: 'Step 12/16 : RUN make\n' },
    { stream: 'cc main.c\nStep 9/9 : of our own\n' },
    { aux: { ID: 'sha256:12' } },
  )
  expect(task).toMatchObject({ progress: 75, loaded: 12, total: 16 })
  expect(task.stage).toBe('Step 12/16 : RUN make')
  expect(task.logs.slice(-2)).toEqual(['cc main.c', 'Step 9/9 : of our own'])
  const pulling = underWay({ stream: 'Step 1/2 : FROM alpine' }, layer('a', 'Downloading', 1, 9))
  expect(pulling).toMatchObject({ progress: 50, stage: 'Downloading' })
})

test('the end is a success; the digest of what was pushed is its result', () => {
  const aux = { Tag: 'latest', Digest: 'sha256:12', Size: 1 }
  expect(receive({ status: 'Pushed' }, { progressDetail: {}, aux })).toMatchObject({
    status: 'done',
    result: 'sha256:12',
  })
  expect(receive({ status: 'Status: Image is up to date' })).toMatchObject({
    status: 'done',
    result: null,
  })
})

test('an empty stream, or one whose last record is broken, is no success', () => {
  expect(receive()).toMatchObject({ status: 'processing' })
  const cut = receive({ status: 'Pulling' }, '{"status":"Downl')
  expect(cut).toMatchObject({ status: 'processing', errors: [{ code: 'parse' }] })
})

test.each([
  [{ errorDetail: { message: 'manifest unknown' }, error: 'manifest' }, 'manifest unknown'],
  [{ error: 'denied' }, 'denied'],
])('%o has failed', (record, message) => {
  expect(receive(record)).toMatchObject({ status: 'error', error: { message } })
})
