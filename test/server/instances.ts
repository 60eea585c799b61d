import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { readEvents, type StreamEvent } from '../../src/formats/index.js'

export interface Instance {
  origin: string
  /** SIGKILL: it says goodbye to nobody. */
  kill(): Promise<void>
}

const script = fileURLToPath(new URL('instance.ts', import.meta.url))

/** A server process of its own. */
export async function startInstance(redisUrl: string): Promise<Instance> {
  const child = spawn(process.execPath, ['--import', 'tsx', script, redisUrl], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const [port] = (await once(child.stdout, 'data')) as [Buffer]
  return {
    origin: `http://127.0.0.1:${Number(port)}`,
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exit = once(child, 'exit')
      child.kill('SIGKILL')
      await exit
    },
  }
}

/** A page: reads a stream to its end from whichever instance answers, and comes back when it is cut. */
export interface Page {
  readonly events: readonly StreamEvent[]
  /** How often it came back. */
  readonly returns: number
  /** Loses its connection. */
  cut(): void
  readonly ended: Promise<void>
}

export function openPage(origin: () => string, id: string): Page {
  const events: StreamEvent[] = []
  let connection = new AbortController()
  let returns = -1
  let missing: Error | undefined

  async function read(): Promise<boolean> {
    returns++
    connection = new AbortController()
    const { signal } = connection
    const headers = { 'last-event-id': events.at(-1)?.lastEventId ?? '' }
    try {
      const response = await fetch(`${origin()}/${id}`, { headers, signal })
      if (response.status === 204) return true
      if (response.status === 404) missing = new Error(`There is no ${id} any more`)
      if (!response.ok) return false
      for await (const event of readEvents(response)) events.push(event)
    } catch {
      // Cut: by us, or with its server.
    }
    return false
  }

  async function readToEnd(): Promise<void> {
    // 204 is how a stream says that it is over: a response that ends may have been cut.
    while (!(await read())) {
      if (missing) throw missing
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }

  return {
    events,
    get returns() {
      return returns
    },
    cut: () => connection.abort(),
    ended: readToEnd(),
  }
}
