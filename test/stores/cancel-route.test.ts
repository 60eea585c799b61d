import { expect, test, vi } from 'vitest'
import { createTaskManager } from '../../src/stores/tasks/task-manager.js'
import type { TaskManagerOptions } from '../../src/stores/tasks/task-types.js'
import { createTestClock, settle } from '../support/clock.js'
import { createTestServer, delta, startChat } from './chat/chat-support.js'

const announced = { headers: { 'brooklet-cancel': '/api/chat/7' } }

async function stopped(options: Parameters<typeof startChat>[0] = {}, headers = announced) {
  const bench = startChat({ url: 'https://a.test/api/chat', ...options })
  const call = await bench.say('Hello')
  await call.open(headers)
  await call.send(delta('So far'))
  bench.chat.stop()
  await settle()
  return bench
}

test('stop() sends DELETE to the cancel route of the response, with the credentials of the request', async () => {
  const { chat, calls } = await stopped({
    headers: () => ({ authorization: 'token' }),
    credentials: 'include',
  })
  expect(calls).toHaveLength(2)
  expect(calls[1]).toMatchObject({
    method: 'DELETE',
    url: 'https://a.test/api/chat/7',
    body: undefined,
    credentials: 'include',
    keepalive: true,
  })
  expect(calls[1]!.headers.get('authorization')).toBe('token')
  await calls[1]!.answer(204, null)
  expect(chat.getSnapshot()).toMatchObject({ status: 'ready', error: undefined })
})

test('a cancelRequest of the user takes its place', async () => {
  const cancelRequest = vi.fn<() => void>()
  const { calls } = await stopped({ cancelRequest })
  expect(cancelRequest).toHaveBeenCalledOnce()
  expect(calls).toHaveLength(1)
})

test('no route, no request; nor one of another origin that headers could leak to', async () => {
  expect((await stopped({}, { headers: {} as never })).calls).toHaveLength(1)
  const elsewhere = { headers: { 'brooklet-cancel': 'https://evil.test/' } }
  expect((await stopped({ headers: { authorization: 'token' } }, elsewhere)).calls).toHaveLength(1)
})

test('a reply that is over by then (404) was stopped in time; another refusal is an error', async () => {
  const gone = await stopped()
  await gone.calls[1]!.answer(404, 'gone')
  gone.clock.nextFrame()
  expect(gone.chat.getSnapshot().error).toBeUndefined()
  const refused = await stopped()
  await refused.calls[1]!.answer(403, 'not yours')
  refused.clock.nextFrame()
  expect(refused.chat.getSnapshot().error?.message).toMatch(/not canceled.*403/)
})

test('the route stays known where the response that brings the rest names none', async () => {
  const { chat, clock, calls, say } = startChat({ url: 'https://a.test/api/chat' })
  const call = await say('Hello')
  await call.open({ headers: { ...announced.headers, 'content-location': '/replies/7' } })
  await call.cut()
  await clock.advance(500)
  await calls[1]!.open()
  chat.stop()
  await settle()
  expect(calls[2]).toMatchObject({ method: 'DELETE', url: 'https://a.test/api/chat/7' })
})

test('a page that leaves only detaches', async () => {
  const { chat, clock, calls, say } = startChat({ url: 'https://a.test/api/chat' })
  const release = chat.retain()
  await (await say('Hello')).open(announced)
  release()
  await clock.advance(0)
  expect(calls.map(({ signal }) => signal.aborted)).toEqual([true])
})

async function startedTask(options: TaskManagerOptions = {}) {
  const server = createTestServer()
  const clock = createTestClock(server.fetch)
  const manager = createTaskManager({ url: 'https://a.test/jobs', ...options }, clock)
  manager.startTask('a tune', { id: 'a' })
  await clock.advance(0)
  await server.calls[0]!.open({ headers: { 'brooklet-cancel': '/jobs/a' } })
  return { manager, clock, calls: server.calls }
}

test('that of a task stays known, too', async () => {
  const { manager, clock, calls } = await startedTask()
  await calls[0]!.write('id: 1\nevent: progress\ndata: {"percent":10}\n\n')
  await calls[0]!.cut()
  await clock.advance(1_000)
  await calls[1]!.open()
  manager.cancelTask('a')
  await settle()
  expect(calls[2]).toMatchObject({ method: 'DELETE', url: 'https://a.test/jobs/a' })
})

test('cancelTask sends DELETE to the cancel route of the task', async () => {
  const { manager, calls } = await startedTask()
  manager.cancelTask('a')
  await settle()
  expect(calls[1]).toMatchObject({ method: 'DELETE', url: 'https://a.test/jobs/a' })
})

test('a page that leaves its tasks, or removes one, only detaches', async () => {
  const { manager, clock, calls } = await startedTask()
  const release = manager.retain(true)
  manager.startTask('another', { id: 'b' })
  await settle()
  await calls[1]!.open({ headers: { 'brooklet-cancel': '/jobs/b' } })
  manager.removeTask('b')
  release()
  await clock.advance(0)
  await settle()
  expect(calls.map(({ method }) => method)).toEqual(['GET', 'GET'])
})

test('cancelRequest comes first for a task, too', async () => {
  const cancelRequest = vi.fn<() => void>()
  const { manager, calls } = await startedTask({ cancelRequest })
  manager.cancelTask('a')
  await settle()
  expect(cancelRequest).toHaveBeenCalledOnce()
  expect(calls).toHaveLength(1)
})
