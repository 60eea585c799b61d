import { renderToString } from 'react-dom/server'
import { expect, test } from 'vitest'
import { useChatInput } from '../../src/hooks/use-chat-input.js'
import { useSmoothText } from '../../src/hooks/use-smooth-text.js'
import { useStickToBottom } from '../../src/hooks/use-stick-to-bottom.js'
import { useStreamAnnouncer } from '../../src/hooks/use-stream-announcer.js'
import { useStreamChat } from '../../src/hooks/use-stream-chat.js'

function Page() {
  const chat = useStreamChat({ initialMessages: [{ role: 'assistant', content: 'Hi' }] })
  const { getInputProps } = useChatInput({ onSend: chat.sendMessage })
  const { scrollerRef, contentRef, isAtBottom } = useStickToBottom()
  const { role, children } = useStreamAnnouncer(chat)
  return (
    <div ref={scrollerRef}>
      <p ref={contentRef}>{useSmoothText(chat.messages[0]!.content)}</p>
      <input {...getInputProps()} />
      {isAtBottom ? null : 'scrolled up'}
      <p role={role}>{children}</p>
    </div>
  )
}

test('without a page a server renders the whole text, an empty field and a silent region', () => {
  expect(globalThis.document).toBeUndefined()
  expect(renderToString(<Page />)).toBe(
    '<div><p>Hi</p><input enterKeyHint="send" value=""/><p role="status"></p></div>',
  )
})
