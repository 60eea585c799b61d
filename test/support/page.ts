/** A page of a test's own, built as pages are, from a real server in a real Chromium. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { chromium, type Page } from 'playwright'
import { onTestFinished } from 'vitest'
import { build, type Rolldown } from 'vite'
import { launchOptions } from '../../scripts/find-chromium.mjs'
import { startHttp, type HttpServer } from './http.js'

export interface OpenPage {
  page: Page
  server: HttpServer
}

/** Opens what `entry` (a path in the repository) renders into `#root`; `handle` answers its requests. */
export async function openPage(
  entry: string,
  handle: (request: IncomingMessage, response: ServerResponse) => void,
  mode: 'production' | 'development' = 'production',
): Promise<OpenPage> {
  const files = await bundle(entry, mode)
  const server = await startHttp((request, response) => {
    const script = files.get(request.url!)
    if (script) response.setHeader('content-type', 'text/javascript').end(script)
    else if (request.url === '/') response.setHeader('content-type', 'text/html').end(html)
    else handle(request, response)
  })
  onTestFinished(server.close)
  const options = await launchOptions()
  const browser = await chromium.launch(options)
  onTestFinished(() => browser.close())
  // A context of its own, so that a test may open more tabs in it.
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(server.url)
  return { page, server }
}

// An icon, else the browser asks for one, on one of its six connections.
const html = `<!doctype html><title>Test</title><link rel="icon" href="data:,">
<div id="root"></div><script type="module" src="/page.js"></script>`

async function bundle(entry: string, mode: string): Promise<Map<string, string>> {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    // Vite would take the test runner's mode.
    define: { 'process.env.NODE_ENV': JSON.stringify(mode) },
    oxc: { jsx: { runtime: 'automatic', development: mode === 'development' } },
    build: {
      write: false,
      rolldownOptions: { input: entry, output: { entryFileNames: 'page.js' } },
    },
  })
  const { output } = result as Rolldown.RolldownOutput
  return new Map(output.map((file) => [`/${file.fileName}`, 'code' in file ? file.code : '']))
}
