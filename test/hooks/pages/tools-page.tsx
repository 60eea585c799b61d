import { useChatTools } from '../../../src/hooks/use-chat-tools.js'
import { useStreamChat } from '../../../src/hooks/use-stream-chat.js'
import { openaiChat } from '../../../src/protocols/openai-chat.js'
import type { ChatProtocol } from '../../../src/protocols/types.js'
import type { ToolSet } from '../../../src/stores/chat/tools/tool.js'

const completions = openaiChat()

/** A chat page with tools: what is called, in which state, and what a person says to it. */
export function ToolsPage({
  fetch,
  tools,
  id,
  protocol = completions,
}: {
  fetch: typeof globalThis.fetch
  tools: ToolSet
  id?: string
  protocol?: ChatProtocol
}) {
  const options = { fetch, protocol, url: 'http://localhost/api/chat', ...(id && { id }) }
  const { chat, messages, sendMessage } = useStreamChat(options)
  const { isRunning, error, approve, deny, stop } = useChatTools(chat, tools)
  const calls = messages.flatMap(({ parts }) => parts.filter((part) => part.type === 'tool-call'))
  return (
    <>
      <button onClick={() => void sendMessage('Do it')}>Send</button>
      <button onClick={stop}>Stop</button>
      <ol>
        {calls.map(({ id: callId, name, state, result, error: failure }) => (
          <li key={callId}>
            <span>{[name, state, result ?? failure].filter(Boolean).join(' ')}</span>
            {state === 'approval' ? (
              <>
                <button onClick={() => approve(callId)}>Allow {callId}</button>
                <button onClick={() => deny(callId, 'No.')}>Refuse {callId}</button>
              </>
            ) : null}
          </li>
        ))}
      </ol>
      <p role="status">{isRunning ? 'running' : (error?.message ?? 'at rest')}</p>
      <p data-testid="last">{messages.at(-1)?.content}</p>
    </>
  )
}

/** What a Chat Completions backend sends where it asks for tools. */
export function callsOf(...names: string[]): (string | object)[] {
  const fragments = names.map((name, index) => ({
    index,
    id: `${name}-${index}`,
    function: { name, arguments: '{}' },
  }))
  return [
    { choices: [{ delta: { tool_calls: fragments } }] },
    { choices: [{ finish_reason: 'tool_calls' }] },
    '[DONE]',
  ]
}

export function textOf(content: string): (string | object)[] {
  return [{ choices: [{ delta: { content } }] }, '[DONE]']
}
