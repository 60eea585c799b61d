import { expect, test, vi } from 'vitest'
import type { Task, TaskManagerOptions } from '../../../src/stores/tasks/task-types.js'
import { benchTasks } from '../../support/servers/task-script.js'

async function request(input: unknown, options: TaskManagerOptions = {}) {
  const { manager, calls, arrive } = benchTasks(options)
  manager.startTask(input, { id: 'id 1&2' })
  await arrive()
  const [call] = calls
  if (!call) throw new Error('no request was made')
  return call
}

test('a prompt is fetched with GET from /api/generate, with prompt and taskId in the query', async () => {
  const { url, method, body } = await request('Walzer, langsam & 慢 + #1')
  expect(method).toBe('GET')
  expect(body).toBeUndefined()
  expect(url.pathname).toBe('/api/generate')
  expect([...url.searchParams]).toEqual([
    ['prompt', 'Walzer, langsam & 慢 + #1'],
    ['taskId', 'id 1&2'],
  ])
})

test.each([
  ['https://tunes.test/make?key=1&b=%20', 'https://tunes.test/make?key=1&b=%20&'],
  ['https://tunes.test/make', 'https://tunes.test/make?'],
  [new URL('https://tunes.test/make?key=1'), 'https://tunes.test/make?key=1&'],
])('the query that a URL already has is kept: %s', async (given, start) => {
  const { url } = await request('waltz', { url: given })
  expect(url.href).toBe(`${start}prompt=waltz&taskId=id+1%262`)
})

test.each([
  ['/make?a=1#part', '?a=1&'],
  ['/make#part?', '?'],
])('a hash stays behind the query: %s', async (given, start) => {
  const { url } = await request('waltz', { url: given })
  expect(url.search).toBe(`${start}prompt=waltz&taskId=id+1%262`)
  expect(url.hash).toBe(given.replace(/.*(?=#)/, ''))
})

test('an input object is sent by POST as JSON with taskId, to the URL as it is', async () => {
  const input = { bpm: 90, taskId: 'of the page' }
  const { url, method, body, headers } = await request(input, { url: '/make?a=1' })
  expect(method).toBe('POST')
  expect(headers.get('content-type')).toBe('application/json')
  expect(url.href).toBe('http://page.test/make?a=1')
  expect(body).toEqual({ bpm: 90, taskId: 'id 1&2' })
})

test.each([['/jobs/7'], [new URL('https://tunes.test/jobs/7')]])(
  'a url function decides by itself: %s',
  async (target) => {
    const url = vi.fn<(task: Task) => string | URL>(() => target)
    const call = await request('waltz', { url })
    expect(call.url.href).toBe(new URL(target, 'http://page.test').href)
    expect(url).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ id: 'id 1&2', prompt: 'waltz', input: 'waltz' }),
    )
  },
)

test('a body function decides by itself', async () => {
  const { method, body } = await request(
    { name: 'index' },
    { body: ({ id, input }) => ({ jsonrpc: '2.0', id, params: input }) },
  )
  expect(method).toBe('POST')
  expect(body).toEqual({ jsonrpc: '2.0', id: 'id 1&2', params: { name: 'index' } })
})

test('the other request options apply', async () => {
  const call = await request('waltz', {
    method: 'PUT',
    headers: () => ({ authorization: 'Bearer 1' }),
    body: 'raw',
    credentials: 'include',
  })
  expect(call).toMatchObject({ method: 'PUT', body: 'raw', credentials: 'include' })
  expect(call.headers.get('authorization')).toBe('Bearer 1')
})
