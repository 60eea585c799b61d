import type { FakeTab, Turns } from './fake-turns.js'

interface ServerStream {
  tab: FakeTab
  write(text: string): void
  end(): void
  cut(): void
}

/** A server of numbered events, which resumes after the id that it is asked for. */
export function createServer(turns: Turns, hasIds: boolean) {
  const streams = new Set<ServerStream>()
  const requests: (string | null)[] = []
  let sent = 0
  let status = 200

  function record(number: number): string {
    return `${hasIds ? `id: ${number}\n` : ''}data: ${number}\n\n`
  }

  function serve(tab: FakeTab, init: RequestInit): Promise<Response> {
    if (!tab.isAlive) return new Promise(() => {})
    const id = new Headers(init.headers).get('last-event-id')
    requests.push(id)
    if (status !== 200) return Promise.resolve(new Response(null, { status }))
    const encoder = new TextEncoder()
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>(
      undefined,
      { highWaterMark: 1e6 },
      { highWaterMark: 1e6 },
    )
    const writer = writable.getWriter()
    const { run } = turns
    const stream: ServerStream = {
      tab,
      write: (text) => run(tab, () => void writer.write(encoder.encode(text)).catch(() => {})),
      end: () => run(tab, () => void writer.close().catch(() => {})),
      cut: () => run(tab, () => void writer.abort(new TypeError('cut')).catch(() => {})),
    }
    streams.add(stream)
    init.signal?.addEventListener('abort', () => {
      streams.delete(stream)
      writer.abort(init.signal?.reason).catch(() => {})
    })
    for (let next = Number(id ?? sent) + 1; next <= sent; next += 1) stream.write(record(next))
    const headers = { 'content-type': 'text/event-stream', 'x-server': 'fake' }
    return Promise.resolve(new Response(readable, { headers }))
  }

  return {
    serve,
    requests,
    open: (): number => streams.size,
    sent: (): number => sent,
    send(): void {
      sent += 1
      for (const stream of streams) stream.write(record(sent))
    },
    say(text: string): void {
      for (const stream of streams) stream.write(text)
    },
    answer(next: number): void {
      status = next
      for (const stream of streams) stream.end()
      streams.clear()
    },
    cut(): void {
      for (const stream of streams) stream.cut()
      streams.clear()
    },
    kill(tab: FakeTab): void {
      for (const stream of streams) if (stream.tab === tab) streams.delete(stream)
    },
  }
}
