/** Two thousand readers of one server: memory a reader, and how late its events are. */
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { contenders, second, type Contender, type Scenario } from './contenders.js'
import { openReaders } from './readers.js'

const readerCount = 2_000
const warmUp = 3 * second
const measured = 10 * second

interface Memory {
  used: number
  rss: number
}

interface Result {
  kilobytes: number
  rss: number
  p50: number
  p99: number
  events: number
}

const scenarios: Record<Scenario, string> = {
  each: 'a stream of its own for each reader, an event a second',
  all: 'one stream for all readers, an event a second',
}

async function ask(server: ChildProcess): Promise<Memory> {
  const answer = once(server, 'message')
  server.send('memory')
  const [memory] = (await answer) as [Memory]
  return memory
}

async function measure(contender: Contender, scenario: Scenario): Promise<Result> {
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

export async function run(): Promise<void> {
  for (const [scenario, title] of Object.entries(scenarios)) {
    console.log(`\nServer, ${readerCount} readers: ${title}`)
    const rows: Record<string, Record<string, number>> = {}
    for (const contender of Object.keys(contenders) as Contender[]) {
      // One after another: they would measure each other.
      // oxlint-disable-next-line no-await-in-loop
      const result = await measure(contender, scenario as Scenario)
      rows[contender] = {
        'heap kB a reader': Number(result.kilobytes.toFixed(1)),
        'RSS kB a reader': Number(result.rss.toFixed(1)),
        'delay p50 ms': Number(result.p50.toFixed(1)),
        'delay p99 ms': Number(result.p99.toFixed(1)),
        events: result.events,
      }
    }
    console.table(rows)
  }
}
