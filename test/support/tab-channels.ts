import { settle } from './clock.js'

interface Port<Tab> {
  tab: Tab
  name: string
  listeners: Set<(event: { data: unknown }) => void>
}

/** A message that is under way to one channel. */
export interface Post<Tab> {
  from: Tab
  to: Tab
  /** Nothing happens if the channel has been closed meanwhile, or the message has arrived already. */
  arrive(): void
}

/**
 * `BroadcastChannel`s of tabs in one process, whose messages arrive when the test has it so. `running` is
 * the tab whose code runs; a tab hears what arrives in `run`.
 */
export function createChannels<Tab>(
  running: () => Tab,
  run: (tab: Tab, task: () => void) => void,
  onPost: (post: Post<Tab>) => void = () => {},
) {
  const ports = new Set<Port<Tab>>()
  const gone = new Set<Tab>()
  let posts: (Post<Tab> & { port: Port<Tab> })[] = []

  function close(port: Port<Tab>): void {
    ports.delete(port)
    posts = posts.filter((post) => post.port !== port)
  }

  function send(from: Port<Tab>, port: Port<Tab>, data: unknown): void {
    const post = { from: from.tab, to: port.tab, port, arrive }
    function arrive(): void {
      if (!posts.includes(post)) return
      posts = posts.filter((other) => other !== post)
      run(port.tab, () => port.listeners.forEach((listener) => listener({ data })))
    }
    posts.push(post)
    onPost(post)
  }

  class Channel {
    readonly #port: Port<Tab>
    constructor(name: string) {
      this.#port = { tab: running(), name, listeners: new Set() }
      ports.add(this.#port)
    }
    addEventListener(_type: string, listener: (event: { data: unknown }) => void): void {
      this.#port.listeners.add(listener)
    }
    removeEventListener(_type: string, listener: (event: { data: unknown }) => void): void {
      this.#port.listeners.delete(listener)
    }
    postMessage(data: unknown): void {
      const from = this.#port
      if (gone.has(from.tab)) return
      if (!ports.has(from)) throw new DOMException('the channel is closed', 'InvalidStateError')
      const others = [...ports].filter((port) => port !== from && port.name === from.name)
      for (const port of others) send(from, port, structuredClone(data))
    }
    close(): void {
      close(this.#port)
    }
  }

  return {
    Channel,
    /** Those under way, in their order. */
    posts: (): readonly Post<Tab>[] => posts,
    /** All of them arrive, one after the other, and what they lead to, in the tabs that can hear. */
    async deliverAll(canHear: (tab: Tab) => boolean = () => true) {
      await settle()
      for (let count = 0; ; count += 1) {
        const next = posts.find(({ to }) => canHear(to))
        if (!next) return
        if (count > 5_000) throw new Error('the tabs talk without end')
        next.arrive()
        await settle()
      }
    },
    /** The tab is gone. */
    kill(tab: Tab) {
      gone.add(tab)
      for (const port of ports) if (port.tab === tab) close(port)
    },
  }
}
