import { defaultEnvironment, type Environment } from '../connection/environment.js'
import { StreamError } from '../errors.js'
import type { StreamEvent } from '../formats/types.js'
import { guard } from '../guard.js'
import { hints } from '../hints.js'
import { auto } from '../protocols/auto.js'
import type { ChatMessage } from '../protocols/message.js'
import { resumeOptions, turnOptions } from './chat-request.js'
import type {
  Chat,
  ChatOptions,
  ChatSnapshot,
  MessageInput,
  MessagesUpdate,
  UserInput,
} from './chat-types.js'
import { createMessageFactory, replyMessage, sentMessages } from './messages.js'
import { createPublisher } from './publisher.js'
import { createRetention } from './retention.js'
import { createTurn, type Turn, type TurnEnd } from './turn.js'

/** The reply under way: its turn, and who waits for it. */
interface Receiving {
  turn: Turn
  /** As it was last published. */
  reply: ChatMessage
  /** Whether it is the last of `messages`, or only `reply`. */
  isListed: boolean
  /** Begun while no component used the chat, so that none takes it along when it leaves. */
  isPinned: boolean
  resolve(text: string): void
  reject(error: StreamError): void
}

/** What the hook needs of a chat that it made itself: to hand it the newest options. */
export interface ConfigurableChat extends Chat {
  configure(options: ChatOptions): void
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

export function buildChat(
  given: ChatOptions,
  environment: Environment = defaultEnvironment,
): ConfigurableChat {
  let options = given
  const toMessages = createMessageFactory()
  let messages: readonly ChatMessage[] = toMessages(given.initialMessages ?? [])
  let lastReply: ChatMessage | undefined
  /** What the last turn sent, where it was not the conversation. */
  let lastSent: readonly ChatMessage[] | undefined
  let receiving: Receiving | undefined
  let error: StreamError | undefined
  let hasFailed = false

  const publisher = createPublisher(build, environment)
  const { retain, isRetained } = createRetention(environment, mount, release)

  function build(): ChatSnapshot {
    if (receiving) receiving.reply = replyMessage(receiving.reply, receiving.turn.draft)
    const reply = receiving?.reply ?? lastReply
    return {
      messages: receiving?.isListed ? [...messages, receiving.reply] : messages,
      reply,
      status: currentStatus(),
      isLoading: receiving !== undefined,
      streamingContent: reply?.content ?? '',
      error,
    }
  }

  function currentStatus(): ChatSnapshot['status'] {
    if (!receiving) return hasFailed ? 'error' : 'ready'
    return receiving.reply.status === 'streaming' ? 'streaming' : 'submitted'
  }

  function sendMessage(input: string | UserInput | readonly MessageInput[]): Promise<string> {
    if (receiving) return refuse(busy())
    if (isList(input)) {
      lastSent = toMessages(input)
      return receive(lastSent)
    }
    const sent = typeof input === 'string' ? { content: input } : input
    messages = [...messages, ...toMessages([sent], environment.now())]
    lastSent = undefined
    return receive()
  }

  function regenerate(): Promise<string> {
    if (receiving) return refuse(busy())
    if (lastSent) return receive(lastSent)
    const last = messages.findLastIndex(({ role }) => role === 'user')
    if (last < 0) return refuse(nothingToAnswer())
    messages = messages.slice(0, last + 1)
    return receive()
  }

  /** Asks for a reply to these messages, or to the conversation. */
  function receive(sent?: readonly ChatMessage[]): Promise<string> {
    const empty: MessageInput = { role: 'assistant', content: '', parts: [] }
    const [reply] = toMessages([empty], environment.now()) as [ChatMessage]
    const turn = turnFor(sent ?? sentMessages(messages))
    error = undefined
    hasFailed = false
    const promise = new Promise<string>((resolve, reject) => {
      const isPinned = !isRetained()
      receiving = { turn, reply, isListed: !sent, isPinned, resolve, reject }
    })
    turn.open()
    publisher.publish()
    return unobserved(promise)
  }

  function turnFor(history: readonly ChatMessage[]): Turn {
    const { url = '/api/chat', protocol = auto() } = options
    const written = protocol.request?.({ messages: history })
    const request = {
      url: written?.url ?? String(url),
      protocol,
      options: () => turnOptions(options, protocol, history, written),
      resumeOptions: () => resumeOptions(options, protocol),
      resumeUrl: givenResumeUrl,
    }
    const sink = {
      onOpen() {
        if (error) publisher.change()
        error = undefined
      },
      onEvent: (event: StreamEvent) => guard(() => options.onEvent?.(event)),
      onChange: publisher.change,
      onError: report,
      onEnd: settle,
    }
    return createTurn(request, sink, environment)
  }

  function settle(status: TurnEnd, failure?: StreamError): void {
    if (!receiving) return
    const { turn, reply, isListed, resolve, reject } = receiving
    const settled = replyMessage(reply, turn.draft, { status, error: failure })
    receiving = undefined
    lastReply = settled
    if (isListed) messages = [...messages, settled]
    hasFailed = failure !== undefined
    error = failure ?? error
    publisher.publish()
    if (failure) reject(failure)
    else resolve(settled.content)
    if (failure) guard(() => options.onError?.(failure))
    guard(() => options.onFinish?.(settled))
  }

  function report(reported: StreamError): void {
    error = reported
    publisher.change()
    guard(() => options.onError?.(reported))
  }

  function stop(): void {
    if (!receiving) return
    receiving.turn.end('stopped')
    const canceled = new Promise((resolve) => resolve(options.cancelRequest?.(lastReply!)))
    canceled.catch((cause: unknown) => report(cancelFailed(cause)))
  }

  function setMessages(update: MessagesUpdate): void {
    const { messages: current } = publisher.getSnapshot()
    const next = toMessages(typeof update === 'function' ? update(current) : update)
    const streamingId = receiving?.reply.id
    messages = next.filter(({ id }) => id !== streamingId)
    if (receiving?.isListed) receiving.isListed = messages.length < next.length
    publisher.publish()
  }

  function givenResumeUrl(): string | undefined {
    const { resumeUrl } = options
    if (typeof resumeUrl !== 'function') return resumeUrl && String(resumeUrl)
    return receiving && String(resumeUrl(receiving.reply))
  }

  /** Shown again, a page goes on with the reply that it left. */
  function mount(): void {
    receiving?.turn.open()
  }

  function release(byOwner: boolean): void {
    if (!receiving || (receiving.isPinned && !byOwner)) return
    const { turn } = receiving
    if (turn.canResume()) turn.close()
    else turn.end('interrupted', leftByPage())
  }

  return {
    getSnapshot: publisher.getSnapshot,
    getInitialSnapshot: publisher.getInitialSnapshot,
    subscribe: publisher.subscribe,
    sendMessage,
    stop,
    regenerate,
    setMessages,
    retain,
    configure(next) {
      options = next
    },
  }
}

function isList(
  input: string | UserInput | readonly MessageInput[],
): input is readonly MessageInput[] {
  return Array.isArray(input)
}

/** Who awaits it is told of a failure; who does not is spared an unhandled rejection. */
function unobserved<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {})
  return promise
}

function refuse(error: StreamError): Promise<never> {
  return unobserved(Promise.reject(error))
}

function busy(): StreamError {
  const message = 'Expected the last reply to be over, it is still streaming'
  return new StreamError('busy', message, { hint: hints.busy })
}

function nothingToAnswer(): StreamError {
  return new StreamError('invalid-option', 'Expected a user message to answer, there is none')
}

function cancelFailed(cause: unknown): StreamError {
  return new StreamError('network', `cancelRequest failed: ${String(cause)}`, { cause })
}

function leftByPage(): StreamError {
  return new StreamError('aborted', 'The page left while the reply was streaming')
}
