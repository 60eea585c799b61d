// oxlint-disable vitest/expect-expect -- the compiler asserts what stands here
import {
  createChat,
  useStreamChat,
  type Chat,
  type ChatMessage,
  type DataPart,
  type FilePart,
  type MessagePart,
  type SourcePart,
  type StreamError,
  type StreamEvent,
  type UseStreamChatResult,
} from 'brooklet'
import {
  auto,
  openaiChat,
  progressEvents,
  text,
  tutorial,
  type ChatProtocol,
  type TaskProtocol,
} from 'brooklet/protocols'
import { expectTypeOf, test } from 'vitest'

test('the members of the result', () => {
  const chat = useStreamChat()
  expectTypeOf(chat.messages).toEqualTypeOf<readonly ChatMessage[]>()
  expectTypeOf(chat.reply).toEqualTypeOf<ChatMessage | undefined>()
  expectTypeOf(chat.status).toEqualTypeOf<'ready' | 'submitted' | 'streaming' | 'error'>()
  expectTypeOf(chat.isLoading).toEqualTypeOf<boolean>()
  expectTypeOf(chat.streamingContent).toEqualTypeOf<string>()
  expectTypeOf(chat.error).toEqualTypeOf<StreamError | undefined>()
  expectTypeOf(chat.stop).toEqualTypeOf<() => void>()
  expectTypeOf(chat.regenerate).toEqualTypeOf<() => Promise<string>>()
  expectTypeOf(chat.sendMessage).returns.toEqualTypeOf<Promise<string>>()
})

test('its type can be named, as that of the function, and of what a selector picks', () => {
  expectTypeOf<ReturnType<typeof useStreamChat>>().toEqualTypeOf<UseStreamChatResult>()
  expectTypeOf(useStreamChat({}, ({ status }) => status === 'ready')).toEqualTypeOf<boolean>()
})

test('sendMessage takes a text, a message, or a list of messages', () => {
  const { sendMessage, setMessages, messages } = useStreamChat()
  void sendMessage('Hello')
  void sendMessage({ content: 'Hello' })
  void sendMessage([{ role: 'user', content: 'Hello' }])
  void sendMessage(messages)
  setMessages([])
  setMessages((all) => all.slice(1))
  // @ts-expect-error -- no message
  void sendMessage(5)
  // @ts-expect-error -- a list needs roles
  void sendMessage([{ content: 'Hello' }])
  // @ts-expect-error -- a reply is not the page's to send as a message of its own
  void sendMessage({ role: 'assistant', content: 'Hello' })
})

test('a selector gets the snapshot, and what it returns is the result', () => {
  expectTypeOf(useStreamChat({}, (s) => s.status)).toEqualTypeOf<
    'ready' | 'submitted' | 'streaming' | 'error'
  >()
  expectTypeOf(useStreamChat(undefined, (s) => s.messages.length)).toEqualTypeOf<number>()
  expectTypeOf(useStreamChat(createChat(), ({ reply }) => reply?.content)).toEqualTypeOf<
    string | undefined
  >()
  // @ts-expect-error -- there is no such field
  useStreamChat({}, (s) => s.nothing)
  // @ts-expect-error -- the actions are no part of the snapshot
  useStreamChat({}, (s) => s.sendMessage)
})

test('a message narrows by its status and its parts', () => {
  expectTypeOf<ChatMessage['role']>().toEqualTypeOf<'user' | 'assistant' | 'system'>()
  expectTypeOf<ChatMessage['status']>().toEqualTypeOf<
    'pending' | 'streaming' | 'complete' | 'stopped' | 'interrupted' | 'error'
  >()
  const part = {} as MessagePart
  if (part.type === 'text') expectTypeOf(part.text).toEqualTypeOf<string>()
  if (part.type === 'tool-call') expectTypeOf(part.args).toEqualTypeOf<unknown>()
  if (part.type === 'file') expectTypeOf(part).toEqualTypeOf<FilePart>()
  if (part.type === 'source') expectTypeOf(part).toEqualTypeOf<SourcePart>()
  if (part.type === 'data') expectTypeOf(part).toEqualTypeOf<DataPart>()
})

test('createChat makes what the hook takes', () => {
  const chat = createChat({ url: '/api/chat', initialMessages: [{ role: 'user', content: 'Hi' }] })
  expectTypeOf(chat).toEqualTypeOf<Chat>()
  useStreamChat(chat)
})

test('handlers say what they get', () => {
  useStreamChat({
    onEvent: (event) => expectTypeOf(event).toEqualTypeOf<StreamEvent>(),
    onFinish: (reply) => expectTypeOf(reply).toEqualTypeOf<ChatMessage>(),
    onError: (error) => expectTypeOf(error).toEqualTypeOf<StreamError>(),
    cancelRequest: (reply) => fetch(`/api/chat/${reply.id}`, { method: 'DELETE' }),
    resumeUrl: (reply) => `/api/chat/${reply.id}`,
  })
})

test('every protocol works without options, and is of the kind that its hook takes', () => {
  expectTypeOf(auto()).toEqualTypeOf<ChatProtocol>()
  expectTypeOf(tutorial()).toEqualTypeOf<ChatProtocol>()
  expectTypeOf(openaiChat()).toEqualTypeOf<ChatProtocol>()
  expectTypeOf(openaiChat({ model: 'gpt-5' })).toEqualTypeOf<ChatProtocol>()
  expectTypeOf(text()).toEqualTypeOf<ChatProtocol>()
  expectTypeOf(progressEvents()).toEqualTypeOf<TaskProtocol>()
  useStreamChat({ protocol: openaiChat() })
  // @ts-expect-error -- a protocol of tasks
  useStreamChat({ protocol: progressEvents() })
})

test('what is wrong does not compile', () => {
  // @ts-expect-error -- an unknown option
  useStreamChat({ api: '/api/chat' })
  // @ts-expect-error -- the factory, not its product
  useStreamChat({ protocol: openaiChat })
  // @ts-expect-error -- no such role
  useStreamChat({ initialMessages: [{ role: 'tool', content: 'x' }] })
  // @ts-expect-error -- retrying is the default
  useStreamChat({ retry: true })
})
