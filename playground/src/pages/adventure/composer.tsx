import { useChatInput, useStreamChat } from 'brooklet'
import type { ChatSnapshot } from 'brooklet'
import { useId, useRef } from 'react'
import type { FormEvent } from 'react'
import { useText } from '../../language/language.js'
import { Send, Stop } from '../../shell/icons.js'
import { chat } from './chat.js'
import { Suggestions } from './suggestions.js'

const isLoadingOf = ({ isLoading }: ChatSnapshot) => isLoading

export function Composer() {
  const text = useText().adventure
  const isLoading = useStreamChat(chat, isLoadingOf)
  const field = useRef<HTMLTextAreaElement>(null)
  const id = useId()

  const { getInputProps, send } = useChatInput({ onSend: say, isLoading })

  function say(said: string): void {
    void chat.sendMessage(said.trim())
    field.current?.focus()
  }

  function submit(event: FormEvent): void {
    event.preventDefault()
    if (isLoading) chat.stop()
    else send()
  }

  return (
    <form className="composer" onSubmit={submit}>
      <Suggestions onChoose={say} />
      <div className="composer-row">
        <label className="visually-hidden" htmlFor={id}>
          {text.say}
        </label>
        <textarea
          ref={field}
          id={id}
          rows={1}
          placeholder={text.say}
          {...getInputProps({ onKeyDown: ({ key }) => key === 'Escape' && chat.stop() })}
        />
        {/* One button, so that whoever is on it stays on it when the reply ends. */}
        <button type="submit" className="button primary icon-button">
          {isLoading ? <Stop /> : <Send />}
          <span className="visually-hidden">{isLoading ? text.stop : text.send}</span>
        </button>
      </div>
    </form>
  )
}
