import { commands } from 'vitest/browser'
import type { SeenRequest } from './script.js'
import type { HostRequest } from './host.js'

/** A test server, and a page of its own origin in a frame. */
export interface Host {
  url: string
  /** What `watch` tells of an event source in that page, or in a worker of it. */
  watch(request: HostRequest): Promise<string[]>
  seen(url: string): Promise<SeenRequest[]>
  stop(): Promise<void>
}

export async function startHost(): Promise<Host> {
  const started = await commands.startServer('test/support/servers/scripted-answers.ts')
  // The host of the test's page: cookies do not look at the port, which makes it another origin.
  const url = started.replace('127.0.0.1', location.hostname)
  const frame = document.createElement('iframe')
  const module = new URL('./host.ts', import.meta.url).href
  frame.src = `${url}/host?as=page&module=${encodeURIComponent(module)}`
  const ready = new Promise<void>((resolve) => {
    addEventListener('message', function listen({ source }) {
      if (source !== frame.contentWindow) return
      removeEventListener('message', listen)
      resolve()
    })
  })
  document.body.append(frame)
  await ready
  return {
    url,
    watch(request) {
      const { port1, port2 } = new MessageChannel()
      frame.contentWindow!.postMessage(request, '*', [port2])
      return new Promise((resolve) => {
        port1.addEventListener('message', ({ data }) => resolve(data as string[]))
        port1.start()
      })
    },
    async seen(seenUrl) {
      const path = encodeURIComponent(new URL(seenUrl, `${url}/`).href.slice(url.length))
      return (await fetch(`${url}/seen?url=${path}`)).json() as Promise<SeenRequest[]>
    },
    async stop() {
      frame.remove()
      await commands.stopServer(started)
    },
  }
}
