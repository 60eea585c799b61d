import { defaultEnvironment, type Environment } from '../../connection/environment.js'
import { StreamError } from '../../errors.js'
import { guard } from '../../guard.js'
import { hints } from '../../hints.js'
import type { ChatMessage } from '../../protocols/message/message.js'
import { createTurnRequest, resumeUrlOf } from './chat-request.js'
import type { Chat, ChatOptions, ChatSnapshot } from './chat-types.js'
import { createMessageFactory, isList, replyMessage, sentMessages, userInput } from './messages.js'
import { createPublisher } from '../publisher.js'
import { refuse, unobserved } from '../refuse.js'
import { createRetention } from '../retention.js'
import { sharedOptions } from './shared-options.js'
import { createTurn, type Turn, type TurnSink } from './turn.js'

/** What the hook needs of a chat that it made itself: to hand it the newest options. */
export interface ConfigurableChat extends Chat {
  /** `before`: what the same component gave last. */
  configure(options: ChatOptions, before?: ChatOptions): void
  /** Whether the components that used it have left, and it receives no reply. */
  isIdle(): boolean
  /** Whether the components that used it have left, and what they began is not to go on. */
  isLeft(): boolean
}

/**
 * A conversation outside React, for one component or for many.
 *
 * @example
 * ```ts
 * import { createChat } from 'brooklet/core'
 *
 * const chat = createChat({ url: '/api/chat' })
 * chat.subscribe(() => console.log(chat.getSnapshot().streamingContent))
 * const text: string = await chat.sendMessage('Hello')
 * ```
 */
export function createChat(options: ChatOptions = {}, environment?: Environment): Chat {
  return buildChat(options, environment)
}

/** Data goes one way: an action begins a turn, the turn reports to `sink`, and `build` makes the snapshot. */
export function buildChat(
  options: ChatOptions,
  environment: Environment = defaultEnvironment,
): ConfigurableChat {
  const toMessages = createMessageFactory(environment)
  let messages: readonly ChatMessage[] = toMessages(options.initialMessages ?? [])
  /** The message being received, as it was last published; else the last one received. */
  let reply: ChatMessage | undefined
  /** What the last turn sent, if that was a list given to `sendMessage`, and not the conversation. */
  let lastSent: readonly ChatMessage[] | undefined
  /** The turn of the reply that is being received. */
  let turn: Turn | undefined
  /** Whether that reply is the last of `messages`, and not only `reply`. */
  let isListed: boolean | undefined
  /** It began while no component used the chat, so a component that comes and leaves does not end it. */
  let isPinned: boolean | undefined
  /** Settles the promise for it. */
  let settle: (settled: ChatMessage) => void
  let error: StreamError | undefined
  /** Components use the chat; `undefined` until the first one does. */
  let isUsed: boolean | undefined

  const { change, publish, ...store } = createPublisher(build, environment)
  const { retain } = createRetention(environment, mount, release)

  function build(): ChatSnapshot {
    if (turn) reply = replyMessage(reply!, turn)
    return {
      messages: turn && isListed ? [...messages, reply!] : messages,
      reply,
      status: currentStatus(),
      isLoading: turn !== undefined,
      streamingContent: reply?.content ?? '',
      error,
    }
  }

  function currentStatus(): ChatSnapshot['status'] {
    if (turn) return reply?.status === 'streaming' ? 'streaming' : 'submitted'
    return reply?.error ? 'error' : 'ready'
  }

  /**
   * Requests a reply to what was last sent, or with `before` the rest of that reply. `isNew`: the user has
   * sent something, and not only asked again.
   */
  function receive(before?: ChatMessage, isNew = false): Promise<string> {
    const history = lastSent ?? sentMessages(messages)
    reply = before ?? toMessages([{ role: 'assistant', content: '' }], environment.now())[0]!
    const others = messages.filter(isOther)
    isListed = before ? others.length < messages.length : !lastSent
    if (isListed) messages = others
    error = undefined
    const request = createTurnRequest(
      () => options,
      { messages: history, chatId: options.id, isNew },
      () => reply!,
    )
    turn = createTurn(request, sink, environment, reply)
    isPinned = !isUsed
    const promise = new Promise<string>((resolve, reject) => {
      settle = ({ content, error }) => (error ? reject(error) : resolve(content))
    })
    turn.open()
    publish()
    return unobserved(promise)
  }

  const sink: TurnSink = {
    onOpen() {
      error = undefined
      // At once if the reply can be fetched again: `resumeUrl` has to be saved before the page may be gone.
      if (turn!.resumeUrl()) publish()
      else change()
    },
    onEvent: (event) => guard(() => options.onEvent?.(event)),
    onChange: change,
    onError(reported) {
      error = reported
      change()
      guard(() => options.onError?.(reported))
    },
    onEnd(status, failure) {
      const settled = replyMessage(reply!, turn!, status, failure)
      reply = settled
      turn = undefined
      if (isListed) messages = [...messages, settled]
      error = failure ?? error
      // First, because a subscriber may send the next message.
      settle(settled)
      publish()
      if (failure) guard(() => options.onError?.(failure))
      guard(() => options.onFinish?.(settled))
      return settled
    },
  }

  function stop(): void {
    turn?.stop()
  }

  function isOther({ id }: ChatMessage): boolean {
    return id !== reply?.id
  }

  const setMessages: Chat['setMessages'] = (update) => {
    const next = toMessages(
      typeof update === 'function' ? update(store.getSnapshot().messages) : update,
    )
    messages = next
    if (turn) {
      messages = next.filter(isOther)
      isListed = messages.length < next.length
    } else reply = next.find((message) => !isOther(message)) ?? reply
    publish()
  }

  /** A component that comes back goes on with the reply that it left. */
  function mount(): void {
    isUsed = true
    turn?.open()
  }

  function release(isOwned: boolean): void {
    isUsed = false
    isPinned &&= !isOwned
    if (isLeft()) turn?.leave()
  }

  function isLeft(): boolean {
    return isUsed === false && options.id === undefined && !isPinned
  }

  return {
    ...store,
    sendMessage(input) {
      if (turn) return refuseBusy()
      lastSent = undefined
      if (isList(input)) lastSent = toMessages(input)
      else messages = [...messages, ...toMessages([userInput(input)], environment.now())]
      return receive(undefined, true)
    },
    regenerate() {
      if (turn) return refuseBusy()
      if (lastSent) return receive()
      const last = messages.findLastIndex(({ role }) => role === 'user')
      if (last < 0) return refuse('invalid-option', 'Expected a message to answer, there is none')
      messages = messages.slice(0, last + 1)
      return receive()
    },
    requestReply() {
      if (turn) return refuseBusy()
      lastSent = undefined
      const last = messages.at(-1)
      if (!options.protocol?.goesOn || last?.role !== 'assistant') return receive()
      const continuedAt = last.parts.length
      return receive({ ...last, status: 'pending', resumeUrl: undefined, continuedAt })
    },
    resume() {
      if (turn) return refuseBusy()
      const last = lastSent ? reply : messages.at(-1)
      const isCut = last?.status === 'interrupted'
      if (isCut && (last.resumeUrl || resumeUrlOf(options, last))) return receive(last)
      return refuse('invalid-option', 'Expected an interrupted reply to resume, there is none')
    },
    stop,
    removeMessage(id) {
      if (reply?.id === id) stop()
      setMessages((current) => current.filter((message) => message.id !== id))
    },
    clear() {
      // Before the reply ends, because what a storage or `onFinish` then adds has to stay.
      messages = []
      lastSent = error = undefined
      isListed = false
      stop()
      if (!turn) reply = undefined
      publish()
    },
    setMessages,
    retain,
    configure(next, before) {
      options = next.id === undefined ? next : sharedOptions(options, next, before)
    },
    isIdle: () => isUsed === false && !turn,
    isLeft,
  }
}

function refuseBusy(): Promise<never> {
  return refuse('busy', 'Expected the last reply to be over, it is still streaming', hints.busy)
}
