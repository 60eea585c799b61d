import { allowOrigin } from '../http.js'
import { startObserved } from './observed.js'

/** Answers that are no stream, and streams that a page may not read, by path. */
export default () =>
  startObserved((request, response) => {
    if (request.url === '/star') {
      response.setHeader('access-control-allow-origin', '*')
      response.setHeader('content-type', 'text/event-stream')
      return response.end('data: not for you\n\n')
    }
    allowOrigin(request, response)
    if (request.url === '/busy') return response.writeHead(503).end('busy')
    if (request.url === '/html') {
      response.setHeader('content-type', 'text/html')
      return response.end('<!doctype html><title>Sign in')
    }
    return response.writeHead(404).end('nothing here')
  })
