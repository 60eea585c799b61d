/** Two thousand readers of one server: memory a reader, and how late its events are. */
import { measure, readerCount } from './measure.js'
import type { Scenario } from './scenario.js'

const contenders = { brooklet: 'brooklet', 'better-sse': 'better-sse', 'Hono streamSSE': 'hono' }

const scenarios: Record<Scenario, string> = {
  each: 'a stream of its own for each reader, an event a second',
  all: 'one stream for all readers, an event a second',
}

export async function run(): Promise<void> {
  for (const [scenario, title] of Object.entries(scenarios)) {
    console.log(`\nServer, ${readerCount} readers: ${title}`)
    const rows: Record<string, Record<string, number>> = {}
    for (const [contender, file] of Object.entries(contenders)) {
      // One after another: they would measure each other.
      const result = await measure(file, scenario as Scenario)
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
