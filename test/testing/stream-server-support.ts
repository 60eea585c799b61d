import type { StreamFormat } from 'brooklet/parser'
import { createStreamServer } from 'brooklet/testing'

export const url = 'https://example.test/a'

export async function exchange(init?: RequestInit, format?: StreamFormat) {
  const server = createStreamServer({ format })
  const response = server.fetch(url, init)
  // Rejections are looked at later.
  response.catch(() => {})
  return { server, response, stream: await server.next() }
}

export async function chunksOf(response: Response): Promise<number[][]> {
  const chunks: number[][] = []
  for await (const chunk of response.body!) chunks.push([...chunk])
  return chunks
}

export const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'resolved',
    (error: unknown) => error,
  )
