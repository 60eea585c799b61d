/** The responses that "Servers" shows are read by the hooks' stores as that page says. */
import { expect, test } from 'vitest'
import { createChat, createEventStream, createTaskManager } from '../../src/stores/index.js'
import type { Task } from '../../src/stores/index.js'
import { createStreamServer } from '../../src/testing/index.js'
import { fences } from './markdown.js'

const bodies = fences('docs/servers.md').filter(({ language }) => language === 'text')
const [events, reply, task] = bodies.map(({ code }) => code)

/** Answers every request with this. */
function answering(body: string | undefined): typeof fetch {
  const server = createStreamServer({
    handler(stream) {
      stream.write(body!)
      stream.end()
    },
  })
  return server.fetch
}

test('one for each hook', () => {
  expect(bodies).toHaveLength(3)
})

test('events', async () => {
  const received: string[] = []
  await new Promise<void>((onClose) =>
    createEventStream('/api/prices', {
      fetch: answering(events),
      closeOn: 'end',
      onEvent: ({ type, data, lastEventId }) => received.push(`${lastEventId} ${type} ${data}`),
      onClose,
    }).open(),
  )
  expect(received).toEqual([
    '1 message {"symbol":"ACME","price":41.5}',
    '2 alarm {"symbol":"ACME","limit":41}',
    '2 end bye',
  ])
})

test('a reply', async () => {
  const chat = createChat({ fetch: answering(reply) })
  await expect(chat.sendMessage('Hello')).resolves.toBe('Good day')
  expect(chat.getSnapshot().reply?.status).toBe('complete')
})

test('a task', async () => {
  const done = await new Promise<Task>((onTaskDone) =>
    createTaskManager({ fetch: answering(task), onTaskDone }).startTask('a jig'),
  )
  expect(done.result).toEqual({ url: '/tunes/jig.wav' })
})
