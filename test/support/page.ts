/** A page of a test's own, built as pages are, from a real server in a real Chromium. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Page } from 'playwright'
import { onTestFinished } from 'vitest'
import { startBrowser } from './browser.js'
import { bundlePage, type Mode } from './bundled-page.js'
import { startHttp, type HttpServer } from './http.js'

export interface OpenPage {
  page: Page
  server: HttpServer
}

/** Opens what `entry` (a path in the repository) renders into `#root`; `handle` answers its requests. */
export async function openPage(
  entry: string,
  handle: (request: IncomingMessage, response: ServerResponse) => void,
  mode?: Mode,
): Promise<OpenPage> {
  const answersPage = await bundlePage(entry, mode)
  const server = await startHttp((request, response) => {
    if (!answersPage(request, response)) handle(request, response)
  })
  onTestFinished(server.close)
  const browser = await startBrowser()
  // A context of its own, so that a test may open more tabs in it.
  const context = await browser.newContext()
  onTestFinished(() => context.close())
  const page = await context.newPage()
  await page.goto(server.url)
  return { page, server }
}
