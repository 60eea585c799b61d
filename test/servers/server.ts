import { onTestFinished } from 'vitest'
import { commands } from 'vitest/browser'
import type { SeenRequest } from '../support/servers/observed.js'

export interface TestServer {
  url: string
  /** The requests that came, but those of this function. */
  seen(): Promise<SeenRequest[]>
}

/** Starts one of test/support/servers in Node, until the end of the test. */
export async function startServer(name: string, options?: unknown): Promise<TestServer> {
  const url = await commands.startServer(`test/support/servers/${name}.ts`, options)
  onTestFinished(() => commands.stopServer(url))
  return {
    // The host of the page, so that cookies go with it; the port makes it another origin.
    url: url.replace('127.0.0.1', location.hostname),
    seen: async () => (await fetch(`${url}/seen`)).json() as Promise<SeenRequest[]>,
  }
}
