/** The conversation as one text, where the API knows no messages. */
import type { Item } from './hear.js'

export function transcriptItems(prompt: string): Item[] {
  const parts = prompt.split(/^(User|Assistant|System): ?/m).slice(1)
  return parts.flatMap((name, at) => {
    const isUser = at % 2 === 0 && name === 'User'
    return isUser ? [{ said: (parts[at + 1] ?? '').trim() }] : []
  })
}
