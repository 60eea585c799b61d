import { afterEach, beforeEach, expect, test, vi, type MockInstance } from 'vitest'
import { connected } from './harness.js'
import { sse } from './scripted-fetch.js'

let warn: MockInstance<typeof console.warn>
beforeEach(() => void (warn = vi.spyOn(console, 'warn')))
afterEach(() => {
  vi.unstubAllEnvs()
  vi.resetModules()
})

const lines = (count: number) =>
  Array.from({ length: count }, (_, index) => `data: ${index}\n\n`).join('')

interface Script {
  path: string
  headers?: HeadersInit
  /** What comes, each after so many ms. */
  chunks: [wait: number, text: string][]
}

/** What is warned of when a response arrives like that. */
async function arriving({ path, headers = sse, chunks }: Script): Promise<string> {
  const url = `https://example.test/${path}`
  const { server, clock } = await connected({ retry: false }, { url })
  server.last.open(headers)
  for (const [wait, text] of chunks) {
    await clock.advance(wait)
    server.last.send(text)
  }
  await clock.advance(0)
  server.last.end()
  await clock.advance(0)
  return warn.mock.calls.join('\n')
}

test('a long stream that comes all at once is warned of, once an address', async () => {
  const script: Script = { path: 'held?id=1', chunks: [[3_000, lines(20)]] }
  const text = await arriving(script)
  expect(text).toMatch(/https:\/\/example\.test\/held for 3000 ms.*20 events, 190 bytes/)
  expect(text).toContain('X-Accel-Buffering: no')
  await arriving({ ...script, path: 'held?id=2' })
  expect(warn).toHaveBeenCalledTimes(1)
})

test('and so is one that is closed by what came: most streams end by a terminal event', async () => {
  const harness = await connected(
    {},
    {
      url: 'https://example.test/closed',
      sink: { onEvent: ({ data }) => void (data === '8' && harness.connection.close()) },
    },
  )
  harness.server.last.open(sse)
  await harness.clock.advance(3_000)
  harness.server.last.send(lines(10))
  await harness.clock.advance(0)
  expect(warn.mock.calls.join('\n')).toContain('for 3000 ms')
})

test('compression is named where the response says that it is compressed', async () => {
  const headers = { ...sse, 'content-encoding': 'gzip' }
  expect(await arriving({ path: 'gzip', headers, chunks: [[1_000, lines(5)]] })).toMatch(
    /compressed \(gzip\).*no-transform/,
  )
})

test('plain text that Chromium may have held back names nosniff', async () => {
  const chunks: Script['chunks'] = [[2_000, 'word '.repeat(200)]]
  const plain = { 'content-type': 'text/plain' }
  expect(await arriving({ path: 'plain', headers: plain, chunks })).toContain(
    'X-Content-Type-Options: nosniff',
  )
  warn.mockReset()
  const headers = { ...plain, 'x-content-type-options': 'nosniff' }
  expect(await arriving({ path: 'nosniff', headers, chunks })).toContain('X-Accel-Buffering')
})

test.each<Script>([
  { path: 'quick', chunks: [[10, lines(100)]] },
  { path: 'short', chunks: [[5_000, lines(4)]] },
  {
    path: 'spread',
    chunks: [
      [3_000, lines(10)],
      [200, lines(10)],
    ],
  },
  { path: 'empty', chunks: [] },
  { path: 'word', headers: { 'content-type': 'text/plain' }, chunks: [[5_000, 'done']] },
])('$path is no reason to warn', async (script) => {
  expect(await arriving(script)).toBe('')
})

test('a stream that goes on after an id brings at once what was missed: no reason to warn', async () => {
  const harness = await connected(
    { retry: false },
    { url: 'https://example.test/rest', lastEventId: '7' },
  )
  harness.server.last.open(sse)
  await harness.clock.advance(3_000)
  harness.server.last.send(lines(20))
  await harness.clock.advance(0)
  harness.server.last.end()
  await harness.clock.advance(0)
  expect(warn).not.toHaveBeenCalled()
})

test('a production build has no such warning', async () => {
  vi.stubEnv('NODE_ENV', 'production')
  vi.resetModules()
  const { noteArrival } = await import('../../src/connection/buffering.js')
  expect(noteArrival).toBeUndefined()
})
