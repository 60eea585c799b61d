import { StrictMode } from 'react'
import { expect, test } from 'vitest'
import { render } from 'vitest-browser-react'
import { useStreamAnnouncer } from '../../src/hooks/use-stream-announcer.js'
import { useStreamChat } from '../../src/hooks/use-stream-chat.js'
import { createChat } from '../../src/stores/chat/chat.js'
import type { Chat } from '../../src/stores/chat/chat-types.js'
import { createTestServer, delta } from '../stores/chat/chat-support.js'

function Page({ chat }: { chat: Chat }) {
  const result = useStreamChat(chat)
  const announcement = useStreamAnnouncer(result)
  return (
    <>
      <p data-testid="reply">{result.streamingContent}</p>
      <p {...announcement} />
    </>
  )
}

test('the region changes twice while the text changes every frame, and is out of sight', async () => {
  const { fetch, calls } = createTestServer()
  const chat = createChat({ fetch })
  const screen = await render(
    <StrictMode>
      <Page chat={chat} />
    </StrictMode>,
  )
  const region = screen.getByRole('status').element()
  const said: (string | null)[] = []
  let changes = 0
  const options = { childList: true, characterData: true, subtree: true }
  new MutationObserver(() => said.push(region.textContent)).observe(region, options)
  new MutationObserver(() => (changes += 1)).observe(screen.getByTestId('reply').element(), options)

  const text = chat.sendMessage('Hello')
  await expect.poll(() => calls.length).toBe(1)
  await calls[0]!.open()
  for (let token = 0; token < 30; token += 1) {
    await calls[0]!.send(delta('word '))
    await new Promise(requestAnimationFrame)
  }
  expect(said).toEqual(['Replying.'])
  await calls[0]!.send('[DONE]')
  await text
  await expect.poll(() => said).toEqual(['Replying.', 'word '.repeat(30)])
  expect(changes).toBeGreaterThan(10)

  const { width, height } = region.getBoundingClientRect()
  expect([width, height]).toEqual([1, 1])
  expect(region.checkVisibility({ visibilityProperty: true, opacityProperty: true })).toBe(true)
})
