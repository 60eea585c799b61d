import { createServer } from 'node:http'
import { createChannel, createSession } from 'better-sse'
import { everySecond, now, second, type Servers } from './scenario.js'

export const servers: Servers = {
  each: () =>
    createServer((request, response) => {
      void createSession(request, response).then((session) => {
        session.on(
          'disconnected',
          everySecond(() => session.push(now())),
        )
      })
    }),
  all() {
    const channel = createChannel()
    setInterval(() => channel.broadcast(now()), second)
    return createServer((request, response) => {
      void createSession(request, response).then((session) => channel.register(session))
    })
  },
}
