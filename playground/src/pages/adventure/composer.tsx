import { useStreamChat } from 'brooklet'
import type { ChatSnapshot } from 'brooklet'
import { useId, useRef, useState } from 'react'
import type { FormEvent, KeyboardEvent } from 'react'
import { useText } from '../../language/language.js'
import { Send, Stop } from '../../shell/icons.js'
import { chat } from './chat.js'
import { Suggestions } from './suggestions.js'

const isLoadingOf = ({ isLoading }: ChatSnapshot) => isLoading

export function Composer() {
  const text = useText().adventure
  const isLoading = useStreamChat(chat, isLoadingOf)
  const [draft, setDraft] = useState('')
  const field = useRef<HTMLTextAreaElement>(null)
  const id = useId()

  function send(said: string): void {
    if (isLoading || said.trim() === '') return
    setDraft('')
    void chat.sendMessage(said.trim())
    field.current?.focus()
  }

  function submit(event: FormEvent): void {
    event.preventDefault()
    if (isLoading) chat.stop()
    else send(draft)
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Escape') chat.stop()
    if (event.key !== 'Enter' || event.shiftKey || isComposing(event)) return
    event.preventDefault()
    send(draft)
  }

  return (
    <form className="composer" onSubmit={submit}>
      <Suggestions onChoose={send} />
      <div className="composer-row">
        <label className="visually-hidden" htmlFor={id}>
          {text.say}
        </label>
        <textarea
          ref={field}
          id={id}
          rows={1}
          value={draft}
          placeholder={text.say}
          enterKeyHint="send"
          onChange={(event) => setDraft(event.target.value)}
          onKeyDown={onKeyDown}
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

/** Enter that confirms a candidate of an input method. Safari ends the composition first, and says 229. */
function isComposing({ nativeEvent }: KeyboardEvent): boolean {
  return nativeEvent.isComposing || nativeEvent.keyCode === 229
}
