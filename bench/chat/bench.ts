import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { chromium, type Browser } from 'playwright'
import { build } from 'vite'
import { launchOptions } from '../../scripts/find-chromium.js'
import { startServer, tokenCount } from './server.js'

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))
const rounds = Number(process.env.ROUNDS ?? 5)
const names = [
  'read only',
  'bare loop',
  'brooklet, selecting',
  'brooklet',
  'AI SDK, a frame',
  'AI SDK',
  'by hand',
]

interface Measurement {
  /** Main-thread time, ms: every task of the page from the send to the last frame. */
  busy: number
  commits: number
  frames: number
}

/** A chat page with 50 messages of history that receives 8,000 tokens, five a millisecond. */
export async function run(): Promise<void> {
  const outDir = path('./dist')
  await buildPage(outDir)
  const server = await startServer(outDir)
  const browser = await chromium.launch({ headless: true, ...(await launchOptions()) })
  const results = new Map(names.map((name) => [name, [] as Measurement[]]))
  try {
    // In turn, so that what slows the machine down slows everyone down.
    for (let round = 0; round < rounds; round += 1) {
      for (const name of names) {
        results.get(name)!.push(await measure(browser, server.url, name))
      }
    }
  } finally {
    await browser.close()
    server.close()
    await rm(outDir, { recursive: true })
  }
  print(results)
}

async function buildPage(outDir: string): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'error',
    root: path('./page'),
    plugins: [react()],
    resolve: {
      alias: [{ find: /^brooklet$/, replacement: path('../../src/index.ts') }],
      dedupe: ['react', 'react-dom'],
    },
    build: { outDir, emptyOutDir: true },
  })
}

async function measure(browser: Browser, url: string, name: string): Promise<Measurement> {
  const page = await browser.newPage()
  try {
    await page.goto(url)
    await page.evaluate((n) => window.prepare(n), name)
    // The first reply warms the page up: compiling the code is no part of receiving tokens.
    await page.evaluate(() => window.receive())
    const devtools = await page.context().newCDPSession(page)
    await devtools.send('Performance.enable')
    const before = await taskTime()
    const { length, commits, frames } = await page.evaluate(() => window.receive())
    const after = await taskTime()
    if (length < tokenCount) throw new Error(`${name} received ${length} characters only`)
    return { busy: (after - before) * 1_000, commits, frames }

    async function taskTime(): Promise<number> {
      const { metrics } = await devtools.send('Performance.getMetrics')
      return metrics.find((metric) => metric.name === 'TaskDuration')!.value
    }
  } finally {
    await page.close()
  }
}

function print(results: Map<string, Measurement[]>): void {
  const busy = (name: string): number => median(results.get(name)!.map((each) => each.busy))
  const [reading, bare] = [busy('read only'), busy('bare loop')]
  const rows = names.map((name) => {
    const all = results.get(name)!
    return {
      contender: name,
      'main thread, ms': Math.round(busy(name)),
      '× bare loop': (busy(name) / bare).toFixed(2),
      'adds to reading, ms': Math.round(busy(name) - reading),
      commits: median(all.map((each) => each.commits)),
      frames: median(all.map((each) => each.frames)),
    }
  })
  console.log(
    `\nA chat page: 50 messages of history, ${tokenCount} tokens at 5 a ms; medians of ${rounds}\n`,
  )
  console.table(rows)
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}
