import type { ToolCallPart } from '../../../protocols/message/message.js'
import { changed } from '../../changed.js'
import type { Chat } from '../chat-types.js'
import { callAt, isUnanswered, keyOf, withCall, type Place } from './tool-calls.js'

/** Writes the states and results of a chat's tool calls into its messages. */
export interface ToolCallWriter {
  /** The call as it is now; `undefined` if it is in no message that is shown. */
  callNow(place: Place): ToolCallPart | undefined
  /**
   * Changes a call that has no answer yet, because another tab may have answered it: at once or, while
   * another branch is shown, when its own is shown again.
   */
  update(place: Place, changes: Partial<ToolCallPart>): void
  /** To be called when the conversation has changed: writes what was held back for calls shown again. */
  catchUp(): void
}

export function createToolCallWriter(chat: Chat): ToolCallWriter {
  const heldBack = new Map<string, { place: Place; changes: Partial<ToolCallPart> }>()

  function callNow(place: Place): ToolCallPart | undefined {
    return callAt(chat.getSnapshot().messages, place)
  }

  function update(place: Place, changes: Partial<ToolCallPart>): void {
    const call = callNow(place)
    if (!call) return void heldBack.set(keyOf(place), { place, changes })
    const isSame = !isUnanswered(call) || changed(call, changes) === call
    // Published even if nothing changes: the chat's queue waits for the end of a call, whatever that is.
    chat.setMessages((messages) => (isSame ? messages : withCall(messages, place, changes)))
  }

  return {
    callNow,
    update,
    catchUp() {
      for (const [key, { place, changes }] of heldBack) {
        if (!callNow(place)) continue
        heldBack.delete(key)
        update(place, changes)
      }
    },
  }
}
