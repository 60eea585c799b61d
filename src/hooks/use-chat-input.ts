'use client'

import { useCallback, useInsertionEffect, useRef, useState } from 'react'
import type { ChangeEventHandler, KeyboardEvent, KeyboardEventHandler } from 'react'

/** The options of `useChatInput`. */
export interface ChatInputOptions {
  /**
   * Sends the text. It is never blank, except that with `hasFiles` it may be empty. If this throws or
   * rejects, the text is put back into the field, unless something else has been written there meanwhile.
   */
  onSend(text: string): unknown
  /** Whether files go with the message: then it can be sent without a text. Default `false`. */
  hasFiles?: boolean | undefined
  /** While `true`, nothing is sent, and the text stays in the field. Default `false`. */
  isLoading?: boolean | undefined
}

type Field = HTMLTextAreaElement | HTMLInputElement

/** The page's own handlers. They are called first; after `preventDefault()` the hook's do nothing. */
export interface ChatInputHandlers {
  onChange?: ChangeEventHandler<Field> | undefined
  onKeyDown?: KeyboardEventHandler<Field> | undefined
}

/** Props to spread on a `<textarea>` or an `<input>`. */
export interface ChatInputProps extends Required<ChatInputHandlers> {
  value: string
  enterKeyHint: 'send'
}

/** What `useChatInput` returns. */
export interface UseChatInputResult {
  /** The text in the field. */
  value: string
  /** Replaces the text in the field, for example with a suggestion. */
  setValue: (value: string) => void
  /** Sends the text and empties the field, as Enter does. */
  send: () => void
  /** The props of the field; `handlers` are the page's own. */
  getInputProps: (handlers?: ChatInputHandlers) => ChatInputProps
}

/**
 * The state and handlers of the field for a message: Enter sends, Shift+Enter breaks the line, and an
 * Enter that confirms the composition of an input method (IME) never sends.
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

/** Safari ends a composition before the Enter that confirms it: only the `keyCode` 229 tells that one. */
function isSendKey({ key, shiftKey, nativeEvent }: KeyboardEvent): boolean {
  const { isComposing, keyCode } = nativeEvent
  return key === 'Enter' && !shiftKey && !isComposing && keyCode !== 229
}
