/** A server of tasks, in the process of its pages: a job for each task, which is canceled by DELETE. */
export interface Job {
  events: string[]
  isRunning: boolean
  /** How often it was started. */
  runs: number
  status?: 'done' | 'error' | 'canceled'
}

export interface TaskServer {
  jobs: Map<string, Job>
  /** Each request, as `GET a` or `GET a after 3` or `DELETE a`. */
  requests: string[]
  /** How many streams of a task are open. */
  open(id: string): number
  progress(id: string, percent: number): void
  finish(id: string, status?: 'done' | 'error'): void
  /** All streams break. */
  cut(): void
  /** It knows of no job any more. */
  restart(): void
  /** A job that was running was started a second time. */
  readonly isDoubled: boolean
}

/** As a page meets it. */
export interface PageServer extends TaskServer {
  fetch(tab: object, url: URL, init: RequestInit): Response
  /** The tab is gone, and with it its streams. */
  leave(tab: object): void
}

interface Stream {
  id: string
  tab: object
  write(text: string): void
  end(): void
  cut(): void
}

const encoder = new TextEncoder()

/** One that does not know a task by its id starts it each time it is asked without an event's id. */
export function createTaskServer(knowsTasks: boolean): PageServer {
  const jobs = new Map<string, Job>()
  const streams = new Set<Stream>()
  const requests: string[] = []
  let isDoubled = false

  function emit(id: string, event: string, data: object): void {
    const job = jobs.get(id)
    if (!job?.isRunning) return
    const text = `id: ${job.events.length + 1}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`
    job.events.push(text)
    for (const stream of streams) if (stream.id === id) stream.write(text)
  }

  function over(id: string, status: Job['status']): void {
    const job = jobs.get(id)
    if (!job?.isRunning) return
    Object.assign(job, { isRunning: false, status })
    for (const stream of streams) if (stream.id === id) stream.end()
  }

  function stream(tab: object, id: string, signal: AbortSignal | null | undefined, from: number) {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>(
      undefined,
      { highWaterMark: 1e6 },
      { highWaterMark: 1e6 },
    )
    const writer = writable.getWriter()
    const stream: Stream = {
      id,
      tab,
      write: (text) => void writer.write(encoder.encode(text)).catch(() => {}),
      end() {
        streams.delete(stream)
        writer.close().catch(() => {})
      },
      cut() {
        streams.delete(stream)
        writer.abort(new TypeError('terminated')).catch(() => {})
      },
    }
    streams.add(stream)
    signal?.addEventListener('abort', stream.cut)
    const job = jobs.get(id)!
    for (const event of job.events.slice(from)) stream.write(event)
    if (!job.isRunning) stream.end()
    return new Response(readable, { headers: { 'content-type': 'text/event-stream' } })
  }

  return {
    jobs,
    requests,
    get isDoubled() {
      return isDoubled
    },
    open: (id: string) => [...streams].filter((stream) => stream.id === id).length,
    progress: (id: string, percent: number) => emit(id, 'progress', { percent }),
    finish(id: string, status: 'done' | 'error' = 'done') {
      if (status === 'done') emit(id, 'complete', { result: `${id} is done` })
      else emit(id, 'error', { message: `${id} went wrong` })
      over(id, status)
    },
    cut() {
      for (const { cut } of streams) cut()
    },
    restart() {
      for (const { cut } of streams) cut()
      jobs.clear()
    },
    leave(tab: object) {
      for (const stream of streams) if (stream.tab === tab) streams.delete(stream)
    },
    fetch(tab: object, url: URL, init: RequestInit): Response {
      const body = JSON.parse((init.body as string | undefined) ?? '{}') as { taskId?: string }
      const id = url.searchParams.get('taskId') ?? body.taskId!
      const after = new Headers(init.headers).get('last-event-id')
      const method = init.method ?? 'GET'
      requests.push(`${method} ${id}${after ? ` after ${after}` : ''}`)
      const job = jobs.get(id)
      if (method === 'DELETE') {
        over(id, 'canceled')
        return new Response(null, { status: 204 })
      }
      if (after) {
        if (!job) return new Response(null, { status: 404 })
        return stream(tab, id, init.signal, Number(after))
      }
      if (job?.isRunning && knowsTasks) return stream(tab, id, init.signal, 0)
      if (job?.isRunning) isDoubled = true
      jobs.set(id, { events: [], isRunning: true, runs: (job?.runs ?? 0) + 1 })
      emit(id, 'progress', { percent: 0 })
      return stream(tab, id, init.signal, 0)
    },
  }
}
