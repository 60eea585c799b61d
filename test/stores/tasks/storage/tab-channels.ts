import { settle } from '../../../support/clock.js'

interface Tab {
  isAlive: boolean
}

/** `BroadcastChannel`s of tabs in one process. What is posted arrives when a test delivers it. */
export function createChannels(running: () => Tab, run: (tab: Tab, task: () => void) => void) {
  interface Port {
    tab: Tab
    name: string
    listeners: ((event: { data: unknown }) => void)[]
  }
  const ports = new Set<Port>()
  const posts: { to: Port; data: unknown }[] = []
  const messages: string[] = []
  let isHeld = false

  class Channel {
    readonly #port: Port
    constructor(name: string) {
      this.#port = { tab: running(), name, listeners: [] }
      ports.add(this.#port)
    }
    addEventListener(_type: string, listener: (event: { data: unknown }) => void): void {
      this.#port.listeners.push(listener)
    }
    removeEventListener(): void {
      this.#port.listeners = []
    }
    postMessage(data: unknown): void {
      if (!this.#port.tab.isAlive) return
      if (data) messages.push((data as { type: string }).type)
      for (const to of ports) {
        if (to !== this.#port && to.name === this.#port.name) {
          posts.push({ to, data: structuredClone(data) })
        }
      }
    }
    close(): void {
      ports.delete(this.#port)
    }
  }

  return {
    Channel,
    /** The type of each message that was posted. */
    messages,
    hold(value: boolean) {
      isHeld = value
    },
    async deliver() {
      await settle()
      if (isHeld) return
      for (let count = 0; posts.length > 0; count += 1) {
        if (count > 5_000) throw new Error('the tabs talk without end')
        const { to, data } = posts.shift()!
        if (!ports.has(to)) continue
        run(to.tab, () => to.listeners.forEach((listener) => listener({ data })))
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        await settle()
      }
    },
    leave(tab: Tab) {
      for (const port of ports) if (port.tab === tab) ports.delete(port)
    },
  }
}
