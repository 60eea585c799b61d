import { useEffect } from 'react'
import { renderToString } from 'react-dom/server'
import { expect, test, vi } from 'vitest'
import { useStreamChat } from '../../src/hooks/use-stream-chat.js'

function Page() {
  const { status, messages, sendMessage } = useStreamChat({
    initialMessages: [{ role: 'assistant', content: 'Hi' }],
  })
  useEffect(() => void sendMessage('Hello'), [sendMessage])
  return messages.map(({ id, content }) => <p key={id}>{`${id} ${content} (${status})`}</p>)
}

test('without a page a server renders the initial messages, and requests nothing', async () => {
  const fetch = vi.spyOn(globalThis, 'fetch')
  expect(renderToString(<Page />)).toBe('<p>message-1 Hi (ready)</p>')
  expect(renderToString(<Page />)).toBe('<p>message-1 Hi (ready)</p>')
  await new Promise((resolve) => setTimeout(resolve))
  expect(fetch).not.toHaveBeenCalled()
})
