import { tool, useChatTools, useStreamChat, type ChatOptions } from 'brooklet'
import { openaiChat, withTools } from 'brooklet/protocols'
import { useState } from 'react'
import { z } from 'zod'

/** A list that a model may read, and change when a person agrees. */
export function ShoppingList({ fetch }: Pick<ChatOptions, 'fetch'>) {
  const [items, setItems] = useState(['Tea', 'Milk'])
  const [tools] = useState(() => ({
    add: tool({
      description: 'Adds an item to the shopping list',
      input: z.object({ item: z.string() }),
      execute({ item }) {
        setItems((before) => [...before, item])
        return `${item} is on the list`
      },
    }),
    remove: tool({
      description: 'Removes an item from the shopping list',
      input: z.object({ item: z.string() }),
      needsApproval: true,
      execute({ item }) {
        setItems((before) => before.filter((each) => each !== item))
        return `${item} is off the list`
      },
    }),
  }))
  const [protocol] = useState(() => withTools(openaiChat(), tools))
  const { chat, messages, isLoading, sendMessage } = useStreamChat({ fetch, protocol })
  const { isRunning, approve, deny } = useChatTools(chat, tools)
  const calls = messages.flatMap(({ parts }) => parts.filter((part) => part.type === 'tool-call'))

  return (
    <section aria-label="Shopping list" className="stack">
      <ul className="list" aria-label="Items">
        {items.map((item) => (
          <li key={item}>{item}</li>
        ))}
      </ul>
      <ul aria-label="Tool calls">
        {calls.map(({ id, name, argsText, state, error }) => (
          <li key={id} className="row">
            <code>
              {name} {argsText} {state}
            </code>
            {error ? <span className="faint">{error}</span> : null}
            {state === 'approval' ? (
              <>
                <button type="button" onClick={() => approve(id)}>
                  Allow
                </button>
                <button type="button" onClick={() => deny(id, 'The user still wants it')}>
                  Refuse
                </button>
              </>
            ) : null}
          </li>
        ))}
      </ul>
      <p>{messages.at(-1)?.content}</p>
      <button
        type="button"
        className="primary"
        disabled={isLoading || isRunning}
        onClick={() => void sendMessage('No milk, but sugar')}
      >
        No milk, but sugar
      </button>
    </section>
  )
}
