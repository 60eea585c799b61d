import type { ChatMessage } from './message.js'

const names: Partial<Record<string, string>> = {
  user: 'User',
  assistant: 'Assistant',
  system: 'System',
}

/** A conversation as one text for a model to continue, for an API that does not take messages. */
export function promptOf(messages: readonly ChatMessage[]): string {
  const lines = messages
    .filter(({ content }) => content !== '')
    .map(({ role, content }) => `${names[role] ?? role}: ${content}\n`)
  return `${lines.join('')}Assistant:`
}
