/** One turn as the chat server saw it. */
export interface SeenTurn {
  messages: { role: string; content: string }[]
  state: 'streaming' | 'done' | 'disconnected'
  canceled: boolean
}

/** What the chat server answers to these messages. */
export function replyTo(messages: SeenTurn['messages']): string {
  return `第${messages.length}条: “${messages.at(-1)!.content}” 🚀 café`
}
