import type { IncomingMessage, ServerResponse } from 'node:http'
import { fileURLToPath } from 'node:url'
import { build, type Rolldown } from 'vite'

export type Mode = 'production' | 'development'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Each is built once, however many tests open it. */
const bundles = new Map<string, Promise<Map<string, string>>>()

/**
 * What `entry`, a path in the repository, renders into `#root`, as a bundler builds it. Returns what
 * answers the requests for the page, at `/`, and its scripts; for others it returns false.
 */
export async function bundlePage(
  entry: string,
  mode: Mode = 'production',
): Promise<(request: IncomingMessage, response: ServerResponse) => boolean> {
  const name = `${mode} ${entry}`
  const bundled = bundles.get(name) ?? bundle(entry, mode)
  bundles.set(name, bundled)
  const files = await bundled
  return ({ url = '/' }, response) => {
    const path = url.replace(/\?.*/, '')
    const script = files.get(path)
    if (script === undefined && path !== '/') return false
    response.setHeader('content-type', script === undefined ? 'text/html' : 'text/javascript')
    response.end(script ?? html)
    return true
  }
}

// An icon, else the browser asks for one, on one of its six connections. `crossorigin`, for a page in a
// sandbox has no origin.
const html = `<!doctype html><title>Test</title><link rel="icon" href="data:,">
<div id="root"></div><script type="module" crossorigin src="/page.js"></script>`

async function bundle(entry: string, mode: Mode): Promise<Map<string, string>> {
  const result = await build({
    root,
    configFile: false,
    logLevel: 'error',
    // Vite would take the test runner's mode.
    define: { 'process.env.NODE_ENV': JSON.stringify(mode) },
    oxc: { jsx: { runtime: 'automatic', development: mode === 'development' } },
    resolve: {
      alias: {
        'brooklet/core': `${root}src/stores/index.ts`,
        'brooklet/protocols': `${root}src/protocols/index.ts`,
        brooklet: `${root}src/index.ts`,
      },
    },
    build: {
      write: false,
      rolldownOptions: {
        input: entry,
        output: { entryFileNames: 'page.js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  })
  const { output } = result as Rolldown.RolldownOutput
  return new Map(output.map((file) => [`/${file.fileName}`, 'code' in file ? file.code : '']))
}
