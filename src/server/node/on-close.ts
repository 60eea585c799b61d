import type { NodeRequest } from './node-request.js'

type Socket = NonNullable<NodeRequest['socket']>

/** The listeners of each connection, called by a single one: a client may pipeline any number of requests. */
const waiting = new WeakMap<Socket, Set<() => void>>()

/** Calls the listener when a connection closes. Returns how to remove it. */
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
