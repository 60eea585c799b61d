import type { ChatProtocol, ChatReader } from './types.js'

/**
 * Plain text: the body is the reply.
 *
 * @example
 * ```ts
 * import { createChat } from 'brooklet/core'
 * import { text } from 'brooklet/protocols'
 *
 * const chat = createChat({ protocol: text() })
 * ```
 */
export function text(): ChatProtocol {
  return { format: 'text', reader: textReader }
}

export function textReader(): ChatReader {
  return {
    read: ({ data }, draft) => draft.appendText(data),
    // Plain text has no end marker.
    end: () => 'unmarked',
  }
}
