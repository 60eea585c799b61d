// oxlint-disable vitest/expect-expect -- the compiler asserts what stands here
import {
  useChatInput,
  useSmoothText,
  useStickToBottom,
  useStreamAnnouncer,
  useStreamChat,
  type ChatMessage,
} from 'brooklet'
import type { ComponentProps, KeyboardEventHandler } from 'react'
import { expectTypeOf, test } from 'vitest'

test('useSmoothText makes a string of a string', () => {
  expectTypeOf(useSmoothText('Hello')).toEqualTypeOf<string>()
  expectTypeOf(useSmoothText('Hello', { isStreaming: false })).toEqualTypeOf<string>()
  // @ts-expect-error -- the text of a message, not the message
  useSmoothText(useStreamChat().reply)
})

test('the props of useChatInput are those of a textarea and of an input', () => {
  const { getInputProps, send, setValue, value } = useChatInput({ onSend: (text) => text.trim() })
  expectTypeOf(value).toEqualTypeOf<string>()
  expectTypeOf(send).toEqualTypeOf<() => void>()
  expectTypeOf(setValue).toEqualTypeOf<(value: string) => void>()
  expectTypeOf(getInputProps()).toExtend<ComponentProps<'textarea'>>()
  expectTypeOf(getInputProps()).toExtend<ComponentProps<'input'>>()

  const forTextarea: KeyboardEventHandler<HTMLTextAreaElement> = (event) => event.preventDefault()
  getInputProps({ onKeyDown: forTextarea })
  getInputProps({ onKeyDown: (event) => event.key, onChange: (event) => event.target.value })
  // @ts-expect-error -- no handler that it composes
  getInputProps({ onBlur: () => {} })
})

test('sendMessage of a chat can be what sends', () => {
  const { sendMessage, isLoading } = useStreamChat()
  useChatInput({ onSend: sendMessage, isLoading })
  // @ts-expect-error -- nothing that would send
  useChatInput({ isLoading })
})

test('the refs of useStickToBottom fit any element', () => {
  const { scrollerRef, contentRef, isAtBottom, scrollToBottom } = useStickToBottom()
  expectTypeOf(scrollerRef).toExtend<ComponentProps<'div'>['ref']>()
  expectTypeOf(contentRef).toExtend<ComponentProps<'ol'>['ref']>()
  expectTypeOf(contentRef).toExtend<ComponentProps<'table'>['ref']>()
  expectTypeOf(isAtBottom).toEqualTypeOf<boolean>()
  expectTypeOf(scrollToBottom).toEqualTypeOf<() => void>()
})

test('useStreamAnnouncer takes a chat, or what it needs of one', () => {
  const { isLoading, reply } = useStreamChat()
  expectTypeOf(useStreamAnnouncer(useStreamChat())).toExtend<ComponentProps<'p'>>()
  expectTypeOf(useStreamAnnouncer({ isLoading, reply })).toExtend<ComponentProps<'div'>>()
  useStreamAnnouncer(useStreamChat(), {
    replying: '正在回复',
    complete: (reply) => {
      expectTypeOf(reply).toEqualTypeOf<ChatMessage>()
      return reply.content
    },
  })
  // @ts-expect-error -- a reply that streams is not settled
  useStreamAnnouncer(useStreamChat(), { streaming: () => '' })
})
