/** A server whose replies go on by themselves, whoever reads them. */
import type { TabLife } from './browser.js'

export interface ServedReply {
  number: number
  /** As it was asked for: the last thing that the user had said. */
  question: string
  events: object[]
  text: string
  calls: string[]
  state: 'running' | 'over' | 'failed' | 'canceled' | 'lost'
  readers: Set<Reader>
}

export interface Reader {
  tab: TabLife
  write(bytes: string): void
  end(): void
  cut(): void
}

export interface ScheduleServer {
  replies: ServedReply[]
  /** What was asked by a POST that was answered: by the text, how often. */
  posts: string[]
  isDown: boolean
  isRefusing: boolean
  fetchOf(tab: TabLife): typeof globalThis.fetch
  say(reply: ServedReply): void
  call(reply: ServedReply, tool: string): void
  finish(reply: ServedReply): void
  fail(reply: ServedReply): void
  cut(): void
  /** It forgets all replies. */
  restart(): void
  leave(tab: TabLife): void
  readonly running: ServedReply[]
  readonly open: number
}

export interface ServerOptions {
  canResume: boolean
  hasIds: boolean
  run(tab: TabLife, task: () => void): void
}

const base = 'https://a.test'
const encoder = new TextEncoder()

interface SentMessage {
  role: string
  content: string | null
}

export function createScheduleServer({ canResume, hasIds, run }: ServerOptions): ScheduleServer {
  const replies: ServedReply[] = []
  const posts: string[] = []

  function textOf({ number }: ServedReply, event: object, at: number): string {
    return `${hasIds ? `id: ${number}-${at}\n` : ''}data: ${JSON.stringify(event)}\n\n`
  }

  function emit(reply: ServedReply, event: object): void {
    reply.events.push(event)
    const text = textOf(reply, event, reply.events.length)
    for (const reader of reply.readers) reader.write(text)
  }

  function over(reply: ServedReply, state: ServedReply['state']): void {
    reply.state = state
    for (const reader of reply.readers) reader.end()
  }

  function read(tab: TabLife, reply: ServedReply, from: number, signal?: AbortSignal | null) {
    let controller: ReadableStreamDefaultController<Uint8Array>
    let isOpen = true
    const body = new ReadableStream<Uint8Array>({ start: (given) => void (controller = given) })
    const reader: Reader = {
      tab,
      write: (text) =>
        run(tab, () => {
          if (isOpen) controller.enqueue(encoder.encode(text))
        }),
      end() {
        reply.readers.delete(reader)
        run(tab, () => {
          if (isOpen) controller.close()
          isOpen = false
        })
      },
      cut() {
        reply.readers.delete(reader)
        run(tab, () => {
          if (isOpen) controller.error(new TypeError('terminated'))
          isOpen = false
        })
      },
    }
    reply.readers.add(reader)
    signal?.addEventListener('abort', () => {
      reader.cut()
      left(reply)
    })
    for (const [at, event] of reply.events.entries()) {
      if (at >= from) reader.write(textOf(reply, event, at + 1))
    }
    if (reply.state === 'over') reader.write('data: [DONE]\n\n')
    if (reply.state !== 'running') reader.end()
    const headers = {
      'content-type': 'text/event-stream',
      ...(canResume && {
        'content-location': `${base}/replies/${reply.number}`,
        'brooklet-cancel': `${base}/replies/${reply.number}`,
      }),
    }
    return new Response(body, { headers })
  }

  /** A reply that nobody can come back to ends with its reader. */
  function left(reply: ServedReply): void {
    if (!canResume && reply.state === 'running') reply.state = 'lost'
  }

  function begin(tab: TabLife, init: RequestInit): Response {
    const { messages } = JSON.parse(init.body as string) as { messages: SentMessage[] }
    const last = messages.findLastIndex(({ role }) => role === 'user')
    const question = messages[last]?.content ?? ''
    posts.push(`${question}+${messages.length - 1 - last}`)
    const reply: ServedReply = {
      number: replies.length,
      question,
      events: [],
      text: '',
      calls: [],
      state: 'running',
      readers: new Set(),
    }
    replies.push(reply)
    return read(tab, reply, 0, init.signal)
  }

  function answer(tab: TabLife, url: string, init: RequestInit): Response {
    if (server.isDown) throw new TypeError('fetch failed')
    if (init.method === 'POST') {
      return server.isRefusing ? new Response('{}', { status: 500 }) : begin(tab, init)
    }
    const reply = replies[Number(url.split('/').at(-1))]!
    if (init.method === 'DELETE') {
      if (reply.state === 'running') over(reply, 'canceled')
      return new Response(null, { status: 204 })
    }
    if (!canResume || reply.state === 'lost') return new Response('{}', { status: 404 })
    const lastId = new Headers(init.headers).get('last-event-id')
    return read(tab, reply, Number(lastId?.split('-')[1] ?? 0), init.signal)
  }

  const server: ScheduleServer = {
    replies,
    posts,
    isDown: false,
    isRefusing: false,
    fetchOf:
      (tab) =>
      async (url, init = {}) => {
        if (!tab.isAlive) return new Promise(() => {})
        init.signal?.throwIfAborted()
        return answer(tab, String(url), init)
      },
    say(reply) {
      const word = `${reply.number}.${reply.events.length} `
      reply.text += word
      emit(reply, { choices: [{ delta: { content: word } }] })
    },
    call(reply, name) {
      const id = `call-${reply.number}-${reply.calls.length}`
      const index = reply.calls.length
      reply.calls.push(id)
      const call = { index, id, function: { name, arguments: '{}' } }
      emit(reply, { choices: [{ delta: { tool_calls: [call] } }] })
    },
    finish(reply) {
      const reason = reply.calls.length > 0 ? 'tool_calls' : 'stop'
      emit(reply, { choices: [{ finish_reason: reason }] })
      for (const { write } of reply.readers) write('data: [DONE]\n\n')
      over(reply, 'over')
    },
    fail(reply) {
      emit(reply, { error: { message: 'overloaded' } })
      over(reply, 'failed')
    },
    cut() {
      for (const reply of replies) {
        for (const reader of reply.readers) reader.cut()
        left(reply)
      }
    },
    restart() {
      server.cut()
      for (const reply of replies) reply.state = 'lost'
    },
    leave(tab) {
      for (const reply of replies) {
        for (const reader of reply.readers) {
          if (reader.tab !== tab) continue
          reply.readers.delete(reader)
          left(reply)
        }
      }
    },
    get running() {
      return replies.filter(({ state }) => state === 'running')
    },
    get open() {
      return replies.reduce((sum, { readers }) => sum + readers.size, 0)
    },
  }
  return server
}
