/** One server in a process of its own, and many readers of it. */
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { openReaders } from './readers.js'
import { second, type Scenario } from './scenario.js'

export const readerCount = 2_000
const warmUp = 3 * second
export const measured = 10 * second

interface Memory {
  used: number
  rss: number
}

export interface Result {
  kilobytes: number
  rss: number
  p50: number
  p99: number
  events: number
}

async function ask(server: ChildProcess): Promise<Memory> {
  const answer = once(server, 'message')
  server.send('memory')
  const [memory] = (await answer) as [Memory]
  return memory
}

export async function measure(contender: string, scenario: Scenario): Promise<Result> {
  const file = fileURLToPath(new URL('process.ts', import.meta.url))
  const server = fork(file, [contender, scenario], { execArgv: ['--import', 'tsx'] })
  const [{ port }] = (await once(server, 'message')) as [{ port: number }]
  const before = await ask(server)
  const readers = await openReaders(port, readerCount)
  await wait(warmUp)
  const delays = readers.measure()
  await wait(measured)
  const sorted = delays.toSorted((a, b) => a - b)
  const after = await ask(server)
  readers.close()
  server.kill()
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? NaN
  return {
    kilobytes: (after.used - before.used) / readerCount / 1024,
    rss: (after.rss - before.rss) / readerCount / 1024,
    p50: at(0.5),
    p99: at(0.99),
    events: sorted.length,
  }
}
