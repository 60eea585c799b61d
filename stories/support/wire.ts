/** Records as they are on the wire: what servers write. */

interface SseFields {
  event?: string
  id?: string
}

/** One event of an event stream. A string goes as it is, anything else as JSON. */
export function sse(data: unknown, { event, id }: SseFields = {}): string {
  const text = typeof data === 'string' ? data : JSON.stringify(data)
  const fields = [event && `event: ${event}`, id && `id: ${id}`, `data: ${text}`]
  return `${fields.filter(Boolean).join('\n')}\n\n`
}

/** One delta of a chat reply, as the tutorials' servers write it. */
export function delta(content: string): string {
  return sse({ content })
}

export const done = sse('[DONE]')

/** With an id, a task that is cut goes on from there. */
export function percent(value: number, id?: string): string {
  return sse({ percent: value }, { event: 'progress', id })
}

export function complete(result: unknown): string {
  return sse({ result }, { event: 'complete' })
}
