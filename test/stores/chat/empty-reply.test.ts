import { afterEach, beforeEach, expect, test, vi, type MockInstance } from 'vitest'
import { startChat } from './chat-support.js'

let warn: MockInstance<typeof console.warn>
beforeEach(() => void (warn = vi.spyOn(console, 'warn').mockReturnValue()))
afterEach(() => {
  vi.unstubAllEnvs()
  vi.resetModules()
})

/** What is warned of when these events are a whole reply. */
async function warningOf(path: string, ...data: (string | object)[]): Promise<string> {
  const { chat, nextCall } = startChat({ url: `https://example.test/${path}?key=secret` })
  const sent = chat.sendMessage('Hi')
  await (await nextCall()).send(...data, '[DONE]')
  await sent
  return warn.mock.calls.flat().join('\n')
}

test('a complete reply whose events the protocol does not know is warned of, once an address', async () => {
  const anthropic = { type: 'content_block_delta', delta: { type: 'text_delta', text: 'Hello' } }
  const warning = await warningOf('unknown', anthropic)
  expect(warning).toContain('https://example.test/unknown is complete and empty')
  expect(warning).toContain('brooklet/protocols')
  expect(warning).not.toContain('secret')
  expect(await warningOf('unknown', anthropic)).toBe(warning)
})

test('a reply that says something is not, nor one whose model had a reason to say nothing', async () => {
  expect(await warningOf('text', { content: 'Hello' })).toBe('')
  const filtered = { choices: [{ delta: {}, finish_reason: 'content_filter' }] }
  expect(await warningOf('filtered', filtered)).toBe('')
})

test('a production build has no such warning', async () => {
  vi.stubEnv('NODE_ENV', 'production')
  vi.resetModules()
  const { noteEmptyReply } = await import('../../../src/stores/chat/empty-reply.js')
  expect(noteEmptyReply).toBeUndefined()
})
