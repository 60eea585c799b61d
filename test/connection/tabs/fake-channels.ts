import type { FakeTab, Turns } from './fake-turns.js'

interface FakeChannel {
  tab: FakeTab
  listeners: ((event: { data: unknown }) => void)[]
}

interface Post {
  from: FakeChannel
  to: FakeChannel
  data: unknown
}

/** `BroadcastChannel`, whose messages are under way until the test delivers them. */
export function createChannels(turns: Turns) {
  const channels = new Set<FakeChannel>()
  let posts: Post[] = []

  class Channel {
    #own: FakeChannel = { tab: turns.running!, listeners: [] }
    constructor() {
      channels.add(this.#own)
    }
    addEventListener(_type: string, listener: (event: { data: unknown }) => void): void {
      this.#own.listeners.push(listener)
    }
    postMessage(data: unknown): void {
      if (!this.#own.tab.isAlive) return
      if (!channels.has(this.#own)) throw new Error('the channel is closed')
      for (const to of channels) {
        if (to !== this.#own) posts.push({ from: this.#own, to, data: structuredClone(data) })
      }
    }
    close(): void {
      channels.delete(this.#own)
      posts = posts.filter(({ to }) => to !== this.#own)
    }
  }

  function hand(post: Post): void {
    posts.splice(posts.indexOf(post), 1)
    const { tab, listeners } = post.to
    turns.run(tab, () => listeners.forEach((listener) => listener({ data: post.data })))
  }

  return {
    Channel,
    /** Hands a tab one message, from the `sender`th of those that have one under way to it. */
    handOne(tab: FakeTab, sender: number): void {
      const to = posts.filter((post) => post.to.tab === tab)
      const senders = [...new Set(to.map(({ from }) => from))]
      const from = senders[sender % senders.length]
      const post = to.find((post) => post.from === from)
      if (post) hand(post)
    },
    handAll(tab: FakeTab): void {
      for (const post of posts.filter(({ to }) => to.tab === tab)) hand(post)
    },
    /** A tab that can be handed a message. */
    waiting: (): FakeTab | undefined => posts.find(({ to }) => !to.tab.isHanging)?.to.tab,
    kill(tab: FakeTab): void {
      for (const channel of channels) if (channel.tab === tab) channels.delete(channel)
      posts = posts.filter(({ to }) => to.tab !== tab)
    },
  }
}
