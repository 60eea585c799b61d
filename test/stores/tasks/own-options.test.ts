import { expect, test } from 'vitest'
import type { RequestOptions } from '../../../src/connection/types.js'
import { ownOptions } from '../../../src/stores/tasks/own-options.js'

test('a stream has its own options, and what it lacks of four of its tasks', () => {
  const { signal } = new AbortController()
  const ofTasks: RequestOptions = {
    headers: { authorization: 'Bearer of the tasks' },
    credentials: 'include',
    fetch: async () => new Response(),
    signal,
  }
  const rest: RequestOptions = { body: {}, method: 'PUT', retry: false, format: 'ndjson' }
  expect(ownOptions({ idleTimeout: 5 }, { ...ofTasks, ...rest })).toEqual({
    idleTimeout: 5,
    ...ofTasks,
  })
  const own: RequestOptions = {
    headers: {},
    credentials: 'omit',
    fetch: async () => new Response('own'),
    signal: new AbortController().signal,
  }
  expect(ownOptions({ ...own, ...rest }, ofTasks)).toEqual({ ...own, ...rest })
})
