import { readEvents } from 'brooklet/parser'

/** The text in a stream of events. It has no ids, so a reader that comes back gets it from the start. */
export function asText(response: Response): Response {
  const events = readEvents(response)
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await events.next()
      if (done) controller.close()
      else if (value.type === 'error') controller.error(new Error(value.data))
      else controller.enqueue(encoder.encode(value.data))
    },
    async cancel() {
      await events.return()
    },
  })
  const headers = new Headers(response.headers)
  headers.set('Content-Type', 'text/plain; charset=utf-8')
  return new Response(body, { headers })
}
