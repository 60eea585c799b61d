import type { Environment } from '../../../connection/environment.js'
import { StreamError } from '../../../errors.js'
import { guard } from '../../../guard.js'
import type { ChatMessage, ToolCallPart } from '../../../protocols/message/message.js'
import { seamOf } from '../chat-seam.js'
import type { ChatTools, ChatToolsOptions, ChatToolsSnapshot } from './chat-tools-types.js'
import type { Chat } from '../chat-types.js'
import { perChat } from '../per-chat.js'
import { createPublisher } from '../../publisher.js'
import { createRetention } from '../../retention.js'
import { createToolRunner, sendable } from './tool-run.js'
import {
  callAt,
  createRoundCounter,
  decisionOn,
  endsInBrokenCall,
  isUnanswered,
  keyOf,
  readyPlaces,
  unansweredPlaces,
  waitsForPage,
  type Place,
  type WaitingCall,
} from './tool-calls.js'
import { createToolCallWriter } from './tool-call-writer.js'
import type { ToolSet } from './tool.js'

export interface ConfigurableChatTools extends ChatTools {
  /** Replaces the tools and the options. */
  configure(tools: ToolSet, options?: ChatToolsOptions): void
}

/**
 * Runs the tools that a chat's replies call, and requests the next reply when all calls are done. It
 * works from `retain()` on, until the function that this returns is called, which stops running tools.
 *
 * The calls of one reply run side by side. The model is told if a tool fails or does not exist, and if
 * arguments do not parse or do not validate. Calls of a conversation that was saved wait for `approve()`.
 * A chat has one store of tools, which every call returns: each tool call runs once, with the tools and
 * options that were given last.
 *
 * @example
 * ```ts
 * import { createChat, createChatTools, tool } from 'brooklet/core'
 * import { openaiChat, withTools } from 'brooklet/protocols'
 * import { z } from 'zod'
 *
 * const tools = {
 *   weather: tool({
 *     description: 'The weather in a city now',
 *     input: z.object({ city: z.string() }),
 *     execute: ({ city }) => `It rains in ${city}`,
 *   }),
 * }
 * const chat = createChat({ protocol: withTools(openaiChat({ model: 'gpt-5' }), tools) })
 * const leave = createChatTools(chat, tools).retain()
 * ```
 */
export function createChatTools(
  chat: Chat,
  tools: ToolSet,
  options?: ChatToolsOptions,
  environment?: Environment,
): ChatTools {
  const store = chatToolsOf(chat, environment)
  store.configure(tools, options)
  return store
}

/** The tools of a chat, as they were last configured. */
export const chatToolsOf: (chat: Chat, environment?: Environment) => ConfigurableChatTools =
  perChat(buildChatTools)

function buildChatTools(chat: Chat, environment: Environment): ConfigurableChatTools {
  let tools: ToolSet = {}
  let options: ChatToolsOptions | undefined
  const writer = createToolCallWriter(chat)
  const { callNow, update, catchUp } = writer
  const seam = seamOf(chat)
  const { running } = seam
  /** The reply that was looked at when it ended here. If it changes later, another tab has gone on with it. */
  let seenId: string | undefined
  const countRounds = createRoundCounter()
  /** A reply has been received since the tools were opened: no other tab has run its calls. */
  let hasReceived = false
  /** The reply whose calls have to be answered before the next reply is requested. */
  let awaitedId: string | undefined
  let error: StreamError | undefined
  let unsubscribe: (() => void) | undefined

  const { publish, getSnapshot, getInitialSnapshot, subscribe } = createPublisher(
    (): ChatToolsSnapshot => ({ isRunning: running.size > 0, error }),
    environment,
  )
  const { retain } = createRetention(environment, open, close)
  const run = createToolRunner(chat, writer, () => {
    publish()
    goOnIfAnswered()
  })

  function open(): void {
    if (unsubscribe) return
    unsubscribe = chat.subscribe(onPublication)
    seam.onRestored = onPublication
    seam.onUnited = goOnIfAnswered
    hasReceived = false
    // Not at once: the page may be about to store the chat, and another tab may have run the calls.
    environment.delay(() => unsubscribe && onPublication(), 0)
  }

  function close(): void {
    unsubscribe?.()
    unsubscribe = seam.onRestored = seam.onUnited = undefined
    abortAll('The page left while the tool ran')
  }

  function onPublication(): void {
    const { messages } = chat.getSnapshot()
    for (const { place, abort } of running.values()) {
      const call = callNow(place)
      if (call && isUnanswered(call)) continue
      // If it is not shown any more, nobody goes on with its reply. If another tab has answered it, that
      // one does, unless this one still runs others.
      const reply = call && messages.find(({ id }) => id === place.messageId)
      const isWaiting = reply?.parts.some(waitsForPage)
      if (place.messageId === awaitedId && !isWaiting) awaitedId = undefined
      abort.abort()
    }
    catchUp()
    lookForCalls()
  }

  function lookForCalls(): void {
    const { messages, reply, isLoading } = chat.getSnapshot()
    if (error && (isLoading || messages.length === 0)) publishError(undefined)
    if (isLoading) {
      hasReceived = true
      seenId = undefined
      return
    }
    // If a reply that was cut here is complete later, another tab has gone on with it.
    if (reply?.status !== 'complete') seenId = reply?.id
    const last = messages.at(-1)
    const isNew = last?.status === 'complete' && last.id === reply?.id && last.id !== seenId
    if (!isNew || (seam.isRestoring && !hasReceived)) return
    seenId = last.id
    beginCalls(last)
  }

  function beginCalls(reply: ChatMessage): void {
    const { id } = reply
    const ready = readyPlaces(reply).filter((place) => !running.has(keyOf(place)))
    if (ready.length === 0 && !endsInBrokenCall(reply)) return
    const { maxRounds = 8 } = options ?? {}
    if (countRounds(id, chat.getSnapshot().messages) > maxRounds) {
      const message = `Expected an answer after ${maxRounds} rounds of tools (maxRounds), the model asks for more`
      return publishError(new StreamError('protocol', message))
    }
    awaitedId = id
    for (const place of ready) run(tools, place, false)
    publish()
    goOnIfAnswered()
  }

  /** Requests the next reply once all calls of the last one are answered. */
  function goOnIfAnswered(): void {
    const { messages, isLoading } = chat.getSnapshot()
    const last = messages.at(-1)
    if (isLoading || !last || last.id !== awaitedId || last.parts.some(waitsForPage)) return
    awaitedId = undefined
    void chat.requestReply()
  }

  /** The newest call that has this id and waits here, for all that is known of other tabs. */
  function waitingCall(callId: string): WaitingCall | undefined {
    const unanswered = unansweredPlaces(chat.getSnapshot().messages, callId)
    const place = unanswered.find((each) => !running.has(keyOf(each)))
    // What another tab has saved is shown here only when the reply is over.
    const call = place && (callAt(seam.waiting?.() ?? [], place) ?? callNow(place))
    return call && isUnanswered(call) ? { place, call } : undefined
  }

  /** Calls `act` with the newest waiting call that has this id, if there is one. */
  function answerBy(callId: string, act: (found: WaitingCall, isLast: boolean) => void): void {
    const found = waitingCall(callId)
    if (!found) return
    const { messageId } = found.place
    const isLast = messageId === chat.getSnapshot().messages.at(-1)!.id
    if (isLast) awaitedId = messageId
    act(found, isLast)
    goOnIfAnswered()
  }

  function allow(callId: string): void {
    answerBy(callId, ({ place, call }, isLast) => {
      if (!call.approval) {
        run(tools, place, true)
        publish()
      }
      // The server runs it, unless the conversation has gone on without it.
      else if (isLast) update(place, { state: 'running', ...decisionOn(call, true) })
      else refuse(place, call, 'The conversation went on before this was approved')
    })
  }

  function refuse(place: Place, call: ToolCallPart, why: string): void {
    update(place, { state: 'error', error: why, ...decisionOn(call, false, why) })
  }

  function abortAll(why: string): void {
    awaitedId = undefined
    for (const { abort } of running.values()) abort.abort(new StreamError('aborted', why))
  }

  function publishError(next: StreamError | undefined): void {
    error = next
    publish()
    if (next) guard(() => options?.onError?.(next))
  }

  return {
    getSnapshot,
    getInitialSnapshot,
    subscribe,
    approve(callId) {
      const found = waitingCall(callId)
      if (!found || !seam.calls) return allow(callId)
      seam.calls.ifFree(found, () => {
        // Another tab may have begun it meanwhile, and be gone.
        if (waitingCall(callId)?.call.state === found.call.state) allow(callId)
      })
    },
    deny(callId, reason) {
      answerBy(callId, ({ place, call }) =>
        refuse(place, call, reason || 'The user declined this call'),
      )
    },
    answer(callId, result) {
      answerBy(callId, ({ place }) => update(place, { state: 'done', result: sendable(result) }))
    },
    stop() {
      chat.stop()
      abortAll('The user stopped the tool')
    },
    retain,
    configure(...given) {
      ;[tools, options] = given
    },
  }
}
