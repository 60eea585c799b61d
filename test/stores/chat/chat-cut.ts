/** A reply of a real server whose connection is cut, and what a chat makes of it. */
import { onTestFinished } from 'vitest'
import { createChat } from '../../../src/stores/chat/chat.js'
import startResumable from '../../support/servers/chat-resumable.js'
import { outcome } from './chat-support.js'

export interface CutReply {
  how: 'reset' | 'end'
  withIds: boolean
}

export const ways: CutReply[] = [
  { how: 'reset', withIds: true },
  { how: 'end', withIds: true },
  { how: 'reset', withIds: false },
  { how: 'end', withIds: false },
]

/**
 * Receives the reply once for each of its bytes, with its connection cut there, and that which goes
 * on cut as well, at another place each time. Returns where a text that was shown or came out was
 * not the one that was sent: never, if nothing is lost or doubled.
 */
export async function wrongAfterCuts(
  deltas: string[],
  { how, withIds }: CutReply,
): Promise<unknown[]> {
  const server = await startResumable({ deltas, withIds })
  onTestFinished(() => server.close())
  const whole = deltas.join('')
  const reply = await fetch(`${server.url}/chat?turn=whole`, { method: 'POST' })
  const { byteLength } = await reply.arrayBuffer()
  const waiting = [...Array(byteLength + 1).keys()]
  const wrong: unknown[] = []

  async function receive(place: number): Promise<void> {
    const cuts = [place, (place * 37) % 101]
    const query = `turn=${place}&cut=${cuts}&how=${how === 'end' ? 'end' : 'lose'}`
    let requests = 0
    const chat = createChat({
      url: `${server.url}/chat?${query}`,
      retry: { minDelay: 1, attempts: 3 },
      fetch(...request) {
        requests += 1
        return fetch(...request)
      },
    })
    chat.subscribe(() => {
      const { streamingContent } = chat.getSnapshot()
      if (!whole.startsWith(streamingContent)) wrong.push([cuts, streamingContent])
    })
    const text = await outcome(chat.sendMessage('Hello'))
    if (text !== whole) wrong.push([cuts, text])
    if (requests === 1 && place < byteLength) wrong.push([cuts, 'was not cut'])
  }

  async function work(): Promise<void> {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) await receive(next)
  }
  await Promise.all(Array.from({ length: 16 }, work))
  return wrong
}
