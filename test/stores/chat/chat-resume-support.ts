import { delta } from './chat-support.js'

export const headers = { 'content-location': '/replies/7' }

/** An event with an id. */
export function event(id: number, content: string): string {
  return `id: ${id}\n${record(content)}`
}

/** An event without one. */
export function record(content: string): string {
  return `data: ${JSON.stringify(delta(content))}\n\n`
}
