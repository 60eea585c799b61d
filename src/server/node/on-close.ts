import type { NodeRequest } from './node-request.js'

type Socket = NonNullable<NodeRequest['socket']>

/** Those to be told, in one place for each connection: a client may pipeline any number of requests. */
const waiting = new WeakMap<Socket, Set<() => void>>()

/** Calls the listener when a connection closes. Returns how to take it away again. */
export function onClose(socket: Socket, listener: () => void): () => void {
  const listeners = waiting.get(socket) ?? new Set()
  if (!waiting.has(socket)) {
    waiting.set(socket, listeners)
    socket.on?.('close', () => {
      for (const tell of listeners) tell()
    })
  }
  listeners.add(listener)
  return () => void listeners.delete(listener)
}
