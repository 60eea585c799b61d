import type { StreamEvent } from '../../formats/types.js'

/** Whether an event only keeps the connection alive. It may have data: sse-starlette's `ping` has a time. */
export function isHeartbeat({ type }: StreamEvent): boolean {
  return /^(ping|heartbeat|keep-?alive)$/.test(type)
}

/**
 * Whether an event is the `[DONE]` that ends many a reply. Some put more than the one space before it,
 * and some write all data as JSON, as `fastapi.sse` does.
 */
export function isDone({ data }: StreamEvent): boolean {
  return /^ *"?\[DONE]/.test(data)
}
