import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createPlaygroundServer } from '../../playground/server/server.js'

test('serves the API and the page on one port, the next one where it is taken', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void other.close())
  const { port } = other.address() as AddressInfo
  const playground = await createPlaygroundServer({ port, host: '127.0.0.1' })
  try {
    expect(Number(new URL(playground.url).port)).toBeGreaterThan(port)
    const info = await fetch(new URL('/api/chat/info', playground.url))
    expect(await info.json()).toHaveProperty('model')
    const client = await fetch(new URL('/@vite/client', playground.url))
    expect(client.headers.get('Content-Type')).toContain('javascript')
    await client.body?.cancel()
    // A stream that never ends does not keep the server from closing.
    await fetch(new URL('/api/metrics', playground.url))
  } finally {
    await playground.close()
  }
  await expect(fetch(playground.url)).rejects.toThrow()
})
