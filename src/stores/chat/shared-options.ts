import type { ChatOptions } from './chat-types.js'

/**
 * The options of a chat with an `id`, after one of its components has given `next`. What that component
 * does not give stays as others gave it; what it gave `before`, and gives no more, is taken back.
 */
export function sharedOptions(
  current: ChatOptions,
  next: ChatOptions,
  before: ChatOptions = {},
): ChatOptions {
  // The component may have shown another conversation before.
  const isSame = before.id === next.id
  const keys = Object.keys({ ...current, ...next }) as (keyof ChatOptions)[]
  const entries = keys.map((key) => {
    const isTakenBack = isSame && current[key] === before[key]
    return [key, next[key] ?? (isTakenBack ? undefined : current[key])] as const
  })
  return Object.fromEntries(entries)
}
