/** Many readers of one server, and how long the events took that reached them. */
import { Agent, get, type IncomingMessage } from 'node:http'

export interface Readers {
  /** From now on, the delay of each event in ms. */
  measure(): number[]
  close(): void
}

export async function openReaders(port: number, count: number): Promise<Readers> {
  const agent = new Agent({ maxSockets: Infinity })
  let delays: number[] | undefined

  function receive(response: IncomingMessage): void {
    response.setEncoding('utf8')
    response.on('data', (chunk: string) => {
      const arrived = performance.timeOrigin + performance.now()
      for (const [, sent] of chunk.matchAll(/^data: ?"?([\d.]+)/gm)) {
        delays?.push(arrived - Number(sent))
      }
    })
    response.on('error', () => {})
  }

  const opened: Promise<void>[] = []
  for (let index = 0; index < count; index += 1) {
    opened.push(
      new Promise((resolve, reject) => {
        const headers = { accept: 'text/event-stream' }
        const request = get({ port, host: '127.0.0.1', agent, headers }, (response) => {
          receive(response)
          resolve()
        })
        request.on('error', reject)
      }),
    )
    // In batches, as no server's backlog holds them all.
    if (index % 100 === 99) await Promise.all(opened)
  }
  await Promise.all(opened)

  return {
    measure: () => (delays = []),
    close: () => agent.destroy(),
  }
}
