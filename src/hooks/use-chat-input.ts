'use client'

import { useCallback, useInsertionEffect, useRef, useState } from 'react'
import type { ChangeEventHandler, KeyboardEvent, KeyboardEventHandler } from 'react'

/** What happens to the text that is written. */
export interface ChatInputOptions {
  /**
   * Sends the text, which is never blank, except empty with `hasFiles`. Where it throws or rejects, the
   * text comes back to the field, unless something else stands there by then.
   */
  onSend(text: string): unknown
  /** Files go with the message: it is sent without a text as well. Default `false`. */
  hasFiles?: boolean
  /** Nothing is sent meanwhile: the text stays in the field. Default `false`. */
  isLoading?: boolean
}

type Field = HTMLTextAreaElement | HTMLInputElement

/** The page's own handlers, called first; after `preventDefault()` the hook's do nothing. */
export interface ChatInputHandlers {
  onChange?: ChangeEventHandler<Field>
  onKeyDown?: KeyboardEventHandler<Field>
}

/** To spread on a `<textarea>` or an `<input>`. */
export interface ChatInputProps extends Required<ChatInputHandlers> {
  value: string
  enterKeyHint: 'send'
}

/** What `useChatInput` returns. */
export interface UseChatInputResult {
  /** The text in the field. */
  value: string
  /** Puts another text into the field, such as a suggestion. */
  setValue: (value: string) => void
  /** Sends what is in the field, as Enter does, and empties it. */
  send: () => void
  /** The props of the field; `handlers` are the page's own. */
  getInputProps: (handlers?: ChatInputHandlers) => ChatInputProps
}

/**
 * The field that messages are written in: Enter sends, Shift+Enter breaks the line, and an Enter that
 * belongs to an input method never sends.
 *
 * @example
 * ```tsx
 * import { useChatInput, useStreamChat } from 'brooklet'
 *
 * function Composer() {
 *   const { sendMessage, isLoading } = useStreamChat()
 *   const { getInputProps, send } = useChatInput({ onSend: sendMessage, isLoading })
 *   return (
 *     <>
 *       <textarea aria-label="Message" {...getInputProps()} />
 *       <button onClick={send}>Send</button>
 *     </>
 *   )
 * }
 * ```
 */
export function useChatInput({
  onSend,
  hasFiles = false,
  isLoading = false,
}: ChatInputOptions): UseChatInputResult {
  const [value, show] = useState('')
  const latest = useRef({ value, onSend, hasFiles, isLoading })
  useInsertionEffect(() => {
    latest.current = { value, onSend, hasFiles, isLoading }
  })

  const setValue = useCallback((next: string) => {
    latest.current.value = next // for `send()` before the next render
    show(next)
  }, [])

  const send = useCallback(() => {
    const rendered = latest.current
    const { value, onSend, hasFiles, isLoading } = rendered
    const text = value.trim() && value
    if (isLoading || !(text || hasFiles)) return
    setValue('')
    rendered.hasFiles = false // for a second `send()` before the next render
    function restore(): void {
      rendered.hasFiles = hasFiles
      setValue(latest.current.value || text)
    }
    try {
      Promise.resolve(onSend(text)).catch(restore)
    } catch (error) {
      restore()
      throw error
    }
  }, [setValue])

  return {
    value,
    setValue,
    send,
    getInputProps: ({ onChange, onKeyDown } = {}) => ({
      value,
      enterKeyHint: 'send',
      onChange(event) {
        onChange?.(event)
        if (!event.defaultPrevented) setValue(event.target.value)
      },
      onKeyDown(event) {
        onKeyDown?.(event)
        if (event.defaultPrevented || !isSendKey(event)) return
        event.preventDefault()
        send()
      },
    }),
  }
}

/** Safari ends a composition before the Enter that confirms it, which only its key code tells: 229. */
function isSendKey({ key, shiftKey, nativeEvent }: KeyboardEvent): boolean {
  const { isComposing, keyCode } = nativeEvent
  return key === 'Enter' && !shiftKey && !isComposing && keyCode !== 229
}
