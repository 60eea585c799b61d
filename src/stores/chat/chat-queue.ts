import type { Environment } from '../../connection/environment.js'
import { StreamError } from '../../errors.js'
import type { ChatMessage } from '../../protocols/message/message.js'
import { seamOf } from './chat-seam.js'
import type { ConfigurableChat } from './chat.js'
import type { Chat, UserInput } from './chat-types.js'
import { userInput } from './messages.js'
import { perChat } from './per-chat.js'
import { createPublisher, type Store } from '../publisher.js'
import { refuse, unobserved } from '../refuse.js'

/** A message that is waiting to be sent. */
export interface QueuedMessage extends UserInput {
  /** For `removeQueued`. The message gets another id when it is sent. */
  id: string
}

/** The messages that wait until a chat's reply is over. */
export interface ChatQueue extends Store<readonly QueuedMessage[]> {
  /**
   * Sends a message after the current reply and the messages that are already waiting; at once if there
   * are none. Resolves and rejects as `sendMessage` of the chat does. Rejects with `busy` while 100
   * messages are waiting.
   */
  sendMessage: (input: string | UserInput) => Promise<string>
  /** Stops the current reply and sends a message at once, before the waiting ones. */
  interrupt: (input: string | UserInput) => Promise<string>
  /** Removes a waiting message: its promise rejects with code `aborted`. */
  removeQueued: (id: string) => void
}

interface Entry {
  message: QueuedMessage
  send(): void
  reject(error: StreamError): void
}

const mostQueued = 100

/**
 * The queue of a chat: messages wait for the current reply instead of being refused. A chat has one
 * queue, which every call returns; its snapshot is the waiting messages.
 *
 * Each is sent when the reply before it is over, however it ended, and the tools that it called have
 * run. If the page leaves, which ends the reply, or the chat is cleared, the waiting messages reject as
 * well.
 *
 * @example
 * ```ts
 * import { createChat, queueOf } from 'brooklet/core'
 *
 * const chat = createChat({ url: '/api/chat' })
 * const queue = queueOf(chat)
 * void chat.sendMessage('A poem about the sea')
 * const second = queue.sendMessage('And one about the wind')
 * console.log(queue.getSnapshot().length) // 1
 * const text: string = await second
 * ```
 */
export const queueOf: (chat: Chat, environment?: Environment) => ChatQueue = perChat(createQueue)

function createQueue(chat: Chat, environment: Environment): ChatQueue {
  let entries: readonly Entry[] = []
  let count = 0
  /** Set while messages wait. */
  let stopWatching: (() => void) | undefined
  const seam = seamOf(chat)
  const { publish, getSnapshot, getInitialSnapshot, subscribe } = createPublisher(
    () => entries.map(({ message }) => message),
    environment,
  )

  function update(next: readonly Entry[]): void {
    entries = next
    seam.hasQueued = entries.length > 0
    if (seam.hasQueued) stopWatching ??= watch()
    else {
      stopWatching?.()
      stopWatching = undefined
    }
    publish()
  }

  /** Waits until the chat can send, or shows that it is not to. Returns how to stop. */
  function watch(): () => void {
    const { isLeft }: Partial<ConfigurableChat> = chat
    // What was left before messages began to wait says nothing of them.
    const wasLeft = isLeft?.()
    const { reply: formerReply, error: formerError } = chat.getSnapshot()
    let hadReply = formerReply !== undefined
    let cancelLook: (() => void) | undefined

    function onPublication(): void {
      if (seam.isAsking) return
      const { messages, reply } = chat.getSnapshot()
      // There may be messages again: those of another tab.
      const isCleared = !reply && (hadReply || messages.length === 0)
      hadReply = reply !== undefined
      // The waiting messages were meant for the conversation that has been cleared.
      if (isCleared) return rejectAll(unsent('the conversation was cleared'))
      // When all other listeners of the chat have been told: its tools may request the next reply then.
      cancelLook ??= environment.delay(look, 0)
    }

    function look(): void {
      cancelLook = undefined
      const { error } = chat.getSnapshot()
      if (error?.code === 'aborted' && error !== formerError) return rejectAll(error)
      if (isBusy(chat)) return
      if (isLeft?.() && !wasLeft) return rejectAll(unsent('its page has left'))
      const first = entries[0]!
      first.send()
      remove(first)
    }

    const unsubscribe = chat.subscribe(onPublication)
    return () => {
      unsubscribe()
      cancelLook?.()
    }
  }

  function remove(entry: Entry): void {
    update(entries.filter((other) => other !== entry))
  }

  function rejectAll(error: StreamError): void {
    const waiting = entries
    update([])
    for (const { reject } of waiting) reject(error)
  }

  const sendMessage: ChatQueue['sendMessage'] = (input) => {
    if (entries.length === 0 && !isBusy(chat)) return chat.sendMessage(input)
    if (entries.length >= mostQueued) {
      return refuse('busy', `Expected at most ${mostQueued} messages to wait, there is one more`)
    }
    count += 1
    const sent = userInput(input)
    const message = { ...sent, id: `queued-${count}` }
    const promise = new Promise<string>((resolve, reject) => {
      const send = (): void => resolve(chat.sendMessage(sent))
      update([...entries, { message, send, reject }])
    })
    return unobserved(promise)
  }

  return {
    getSnapshot,
    getInitialSnapshot,
    subscribe,
    sendMessage,
    interrupt(input) {
      chat.stop()
      return chat.sendMessage(input)
    },
    removeQueued(id) {
      const removed = entries.find(({ message }) => message.id === id)
      if (!removed) return
      remove(removed)
      removed.reject(unsent('it was taken away'))
    },
  }
}

function unsent(why: string): StreamError {
  return new StreamError('aborted', `The message was not sent: ${why}`)
}

/** Whether the chat receives a reply, or waits for the tools that the reply called. */
function isBusy(chat: Chat): boolean {
  const { isLoading, messages, reply } = chat.getSnapshot()
  const last = messages.at(-1)
  // `running` is obsolete if an earlier page left the call so, or the reply has gone on without it.
  const isOurs = last?.id === reply?.id
  return isLoading || seamOf(chat).running.size > 0 || waitsForTools(last, isOurs)
}

/** A reply that is not complete does not go on, whatever the state of its calls. */
function waitsForTools(last: ChatMessage | undefined, isOurs: boolean): boolean {
  if (last?.status !== 'complete') return false
  return last.parts.some((part, index) => {
    const state = part.type === 'tool-call' && part.state
    const isAfter = isOurs && index >= (last.continuedAt ?? 0)
    return state === 'approval' || (isAfter && state === 'running')
  })
}
