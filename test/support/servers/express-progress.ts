import express, { type Request, type Response } from 'express'
import { setTimeout as pause } from 'node:timers/promises'
import { allowOrigin } from '../http.js'
import { startObserved } from './observed.js'

/** Express: `progress` from 0 to 100, then `complete`, and more for as long as anybody listens. */
export default () => {
  const app = express()
  app.get('/progress', (request, response) => stream(request, response))
  return startObserved(app)
}

async function stream(request: Request, response: Response): Promise<void> {
  allowOrigin(request, response)
  response.setHeader('Content-Type', 'text/event-stream')
  response.setHeader('Cache-Control', 'no-cache')
  response.flushHeaders()
  for (let percent = 0; percent <= 100; percent += 10) {
    response.write(`event: progress\ndata: ${JSON.stringify({ percent })}\n\n`)
  }
  response.write(`event: complete\ndata: ${JSON.stringify({ result: 'done' })}\n\n`)
  while (!response.closed) {
    response.write('event: progress\ndata: {"percent":-1}\n\n')
    await pause(10)
  }
}
