import { createServer } from 'node:http'
import { createStreams, eventStreamResponse, nodeHandler } from 'brooklet/server'
import { everySecond, now, second, type Servers } from './scenario.js'

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve()))
}

export const servers: Servers = {
  each: () =>
    createServer(
      nodeHandler((request) =>
        eventStreamResponse(request, async ({ send, signal }) => {
          const stop = everySecond(() => void send({ data: now() }))
          await untilAborted(signal)
          stop()
        }),
      ),
    ),
  all() {
    const streams = createStreams()
    void streams.start('news', ({ send, signal }) => {
      setInterval(() => void send({ data: now() }), second)
      return untilAborted(signal)
    })
    return createServer(nodeHandler((request) => streams.response(request, 'news')))
  },
}
