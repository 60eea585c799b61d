/**
 * What browser tests may ask of Node. A test that needs a real server names a module, relative to
 * the repository, whose default export starts one:
 *
 *     // test/support/servers/cut.ts
 *     export default async (options: { after: number }): Promise<StartedServer> => …
 *
 *     // test/connection/cut.browser.test.ts
 *     import { commands } from 'vitest/browser'
 *     const url = await commands.startServer('test/support/servers/cut.ts', { after: 3 })
 *     onTestFinished(() => commands.stopServer(url))
 *
 * The test page has another origin than the server, which has to send CORS headers.
 */
import { resolve } from 'node:path'
import type { BrowserCommand } from 'vitest/node'

export interface StartedServer {
  url: string
  close(): void | Promise<void>
}

const servers = new Map<string, StartedServer>()

const startServer: BrowserCommand<[module: string, options?: unknown]> = async (
  { project },
  module,
  options,
) => {
  const file = resolve(project.config.root, module)
  const { default: start } = await project.import<{
    default: (options?: unknown) => Promise<StartedServer>
  }>(file)
  const server = await start(options)
  servers.set(server.url, server)
  return server.url
}

const stopServer: BrowserCommand<[url: string]> = async (_context, url) => {
  await servers.get(url)?.close()
  servers.delete(url)
}

export const commands: Record<string, BrowserCommand<never[]>> = { startServer, stopServer }

declare module 'vitest/browser' {
  interface BrowserCommands {
    startServer(module: string, options?: unknown): Promise<string>
    stopServer(url: string): Promise<void>
  }
}
