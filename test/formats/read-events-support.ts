import { readEvents, type ReadEventsOptions } from 'brooklet/parser'
import { bytesOf } from './parsing.js'

interface Outcome {
  data: string[]
  error?: unknown
}

export async function read(
  source: Parameters<typeof readEvents>[0],
  options?: ReadEventsOptions,
): Promise<Outcome> {
  const data: string[] = []
  try {
    for await (const event of readEvents(source, options)) data.push(event.data)
    return { data }
  } catch (error) {
    return { data, error }
  }
}

export function response(
  body: BodyInit | null,
  contentType?: string,
  init?: ResponseInit,
): Response {
  const headers = contentType === undefined ? undefined : { 'content-type': contentType }
  return new Response(body, { headers, ...init })
}

/** A stream that hands out `parts` as it is asked, then ends, breaks or stays open. */
export function stream(parts: string[], end: 'close' | 'hang' | Error = 'close'): Source {
  const source: Source = { pulled: 0, canceled: undefined, body: undefined! }
  source.body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const part = parts[source.pulled++]
        if (part !== undefined) controller.enqueue(bytesOf(part))
        else if (end === 'close') controller.close()
        else if (end instanceof Error) controller.error(end)
        else return new Promise(() => {})
      },
      cancel(reason) {
        source.canceled = { reason }
      },
    },
    { highWaterMark: 0 },
  )
  return source
}

interface Source {
  body: ReadableStream<Uint8Array>
  pulled: number
  canceled: { reason: unknown } | undefined
}
