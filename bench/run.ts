/** Runs benchmarks by name: `npm run bench`, or `npm run bench -- parser`. */
interface Benchmark {
  run(): Promise<void> | void
}

const benchmarks: Record<string, () => Promise<Benchmark>> = {
  parser: () => import('./parser/bench.js'),
  chat: () => import('./chat/bench.js'),
  server: () => import('./server/bench.js'),
}

const chosen = process.argv.slice(2)

for (const name of chosen.length > 0 ? chosen : Object.keys(benchmarks)) {
  const load = benchmarks[name]
  if (!load)
    throw new Error(`No benchmark ${name}. There are: ${Object.keys(benchmarks).join(', ')}`)
  const benchmark = await load()
  await benchmark.run()
}
