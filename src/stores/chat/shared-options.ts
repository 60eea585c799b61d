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
  const options = { ...current } as Record<string, unknown>
  // The component may have shown another conversation before.
  if (before.id === next.id) {
    for (const [key, value] of Object.entries(before))
      if (options[key] === value) delete options[key]
  }
  for (const [key, value] of Object.entries(next)) options[key] = value ?? options[key]
  return options
}
