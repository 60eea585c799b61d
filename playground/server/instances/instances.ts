/** Two server processes over one Redis, and the balancer before them: for the page "Instances". */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export interface InstanceState {
  name: string
  isRunning: boolean
}

export interface Instances {
  /** Starts those that do not run. */
  start(): Promise<void>
  /** SIGKILL: it says goodbye to nobody. False where it did not run. */
  kill(name: string): boolean
  states(): InstanceState[]
  /** Asks the first that answers, and undefined where none does. */
  ask(names: readonly string[], path: string, init: RequestInit): Promise<Response | undefined>
  close(): void
}

interface Instance {
  child: ChildProcess
  origin: string
}

export const names = ['A', 'B'] as const

const script = fileURLToPath(new URL('instance.ts', import.meta.url))
const root = fileURLToPath(new URL('../../..', import.meta.url))

export function createInstances(redisUrl: string): Instances {
  const running = new Map<string, Instance>()
  let starting: Promise<void> | undefined

  async function startOne(name: string): Promise<void> {
    const child = spawn(process.execPath, ['--import', 'tsx', script, name, redisUrl], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    const failed = once(child, 'exit').then(() => {
      if (running.get(name)?.child === child) running.delete(name)
      throw new Error(`Instance ${name} has ended`)
    })
    failed.catch(() => {})
    const [port] = (await Promise.race([once(child, 'message'), failed])) as [number]
    running.set(name, { child, origin: `http://127.0.0.1:${port}` })
  }

  async function startAll(): Promise<void> {
    await Promise.all(names.filter((name) => !running.has(name)).map(startOne))
  }

  return {
    start() {
      starting ??= startAll().finally(() => (starting = undefined))
      return starting
    },
    kill(name) {
      running.get(name)?.child.kill('SIGKILL')
      return running.delete(name)
    },
    states: () => names.map((name) => ({ name, isRunning: running.has(name) })),
    async ask(order, path, init) {
      for (const name of order) {
        const origin = running.get(name)?.origin
        const response = origin && (await fetch(origin + path, init).catch(() => undefined))
        if (response) return response
      }
      return undefined
    },
    close() {
      for (const { child } of running.values()) child.kill('SIGKILL')
    },
  }
}
