import { useChatInput, useChatQueue, useStreamChat } from 'brooklet'
import { useId, useRef } from 'react'
import type { ClipboardEvent, FormEvent } from 'react'
import { useText } from '../../language/language.js'
import { IconButton } from '../../shared/icon-button.js'
import { Send, Stop } from '../../shell/icons.js'
import { AttachButton, Attachments } from './attachments.js'
import { isEscape } from './escape.js'
import { useGame } from './game.js'
import { Queue } from './queue.js'
import { isLoadingOf } from './selectors.js'
import { Suggestions } from './suggestions.js'
import { useAttachments } from './use-attachments.js'
import './composer.css'

export function Composer() {
  const text = useText().adventure
  const { chat, tools } = useGame()
  const { stop } = tools
  const isLoading = useStreamChat(chat, isLoadingOf)
  const { sendMessage } = useChatQueue(chat)
  const attachments = useAttachments()
  const field = useRef<HTMLTextAreaElement>(null)
  const id = useId()

  // What is said while a reply comes waits for its turn.
  const { value, getInputProps, send } = useChatInput({ onSend: say })
  const isStop = isLoading && value.trim() === ''

  async function say(said: string): Promise<void> {
    field.current?.focus()
    const parts = await attachments.take()
    void sendMessage({ content: said.trim(), ...(parts.length > 0 && { parts }) })
  }

  function submit(event: FormEvent): void {
    event.preventDefault()
    if (isStop) stop()
    else if (value.trim() === '' && attachments.files.length > 0) void say('')
    else send()
  }

  function paste({ clipboardData }: ClipboardEvent): void {
    if (attachments.isAllowed) attachments.add(clipboardData.files)
  }

  return (
    <form className="composer" tabIndex={-1} onSubmit={submit}>
      <Queue />
      <Suggestions onChoose={(said) => void say(said)} />
      <Attachments {...attachments} />
      <div className="composer-row">
        <AttachButton {...attachments} />
        <label className="visually-hidden" htmlFor={id}>
          {text.say}
        </label>
        <textarea
          ref={field}
          id={id}
          rows={1}
          placeholder={text.say}
          onPaste={paste}
          {...getInputProps({ onKeyDown: (event) => isEscape(event) && stop() })}
        />
        {/* One button, so that whoever is on it stays on it when the reply ends. */}
        <IconButton type="submit" className="primary" label={isStop ? text.stop : text.send}>
          {isStop ? <Stop /> : <Send />}
        </IconButton>
      </div>
    </form>
  )
}
