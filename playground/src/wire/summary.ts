import type { ConnectionState, Stream, WireMessage, WireSnapshot, WireStatus } from './types.js'

/** Of several streams the summary tells what needs the most attention. */
const byUrgency: readonly WireStatus[] = [
  'reconnecting',
  'lost',
  'refused',
  'connecting',
  'open',
  'ended',
  'closed',
  'idle',
]

export function summarize(
  streams: Iterable<Stream>,
  messages: readonly WireMessage[],
): WireSnapshot {
  const all = [...streams]
  const statuses = all.map(statusOf)
  const sum = (pick: (stream: Stream) => number): number =>
    all.reduce((total, stream) => total + pick(stream), 0)
  return {
    names: all.map(({ name }) => name),
    status: byUrgency.find((status) => statuses.includes(status)) ?? 'idle',
    attempt: Math.max(0, ...all.map(({ failures }) => failures)),
    events: sum(({ events }) => events),
    bytes: sum(({ bytes }) => bytes),
    open: statuses.filter((status) => status === 'open').length,
    messages,
  }
}

function statusOf({ connections, failures, isClosed }: Stream): WireStatus {
  if (isClosed) return 'closed'
  const state: ConnectionState | undefined = connections.at(-1)?.state
  if (state === 'connecting' && failures > 0) return 'reconnecting'
  return state ?? 'idle'
}
