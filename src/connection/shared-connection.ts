import type { StreamEvent, StreamFormat } from '../formats/types.js'
import { connect } from './connect.js'
import type { Environment } from './environment.js'
import { isFinal } from './is-final.js'
import { onAbort } from './on-abort.js'
import { connectTabs } from './tabs/connect-tabs.js'
import type { ConnectionRequest, ConnectionSink, Sharing, StatusDetail } from './types.js'

type Status = Parameters<ConnectionSink['onStatus']>

/** Milliseconds that a connection outlives its last listener: after a change of route, another may come. */
const lingerTime = 250

const connecting: Status = ['connecting', { attempt: 0 }]

/** One of those who listen to a shared connection. */
export interface Listener {
  request: ConnectionRequest
  sink: ConnectionSink
  /** What it listens to; undefined once it has left or the connection is over. */
  source?: SharedConnection
  /** Removes the abort listener that `add` has put on its signal. */
  ignoreSignal?: () => void
  /** Whether it has been told what came before it. */
  isCurrent: boolean
  lastEvent?: StreamEvent
  lastEventId: string
}

/** One connection for all who listen to it: of this page, or with `share: 'browser'` of all tabs. */
export interface SharedConnection {
  open(): void
  add(listener: Listener): void
  remove(listener: Listener): void
  /** False while nobody listens and this one has missed events: only its own request can bring them. */
  canTake(listener: Listener): boolean
  close(): void
}

export function createSharedConnection(
  name: string,
  first: Listener,
  environment: Environment,
  { share }: Sharing,
  /** Called when it is over: the next listener is to open another one. */
  forget: () => void,
): SharedConnection {
  const listeners = new Set<Listener>()
  let oldest = first
  let status: Status | undefined
  let opened: [response: Response, format: StreamFormat] | undefined
  let lastEvent = first.lastEvent
  let cancelClose = (): void => {}

  const source: SharedConnection = { open: () => connection.open(), add, remove, canTake, close }
  const request: ConnectionRequest = {
    ...first.request,
    // A listener's signal ends that listener, not the connection.
    options: () => ({ ...oldest.request.options(), signal: undefined }),
    lastEventId: first.lastEventId,
    lastEvent,
  }
  const sink: ConnectionSink = {
    onStatus(...next) {
      updateAll()
      const [given, detail] = next
      if (isFinal(given)) return end(given, detail)
      status = next
      opened = undefined
      tellAll(({ sink }) => sink.onStatus(...next))
    },
    onOpen(...next) {
      opened = next
      tellAll(({ sink }) => sink.onOpen(...next))
    },
    onEvent(event) {
      updateAll()
      lastEvent = event
      tellAll((listener) => {
        listener.lastEvent = event
        listener.sink.onEvent(event)
      })
    },
    onId() {
      tellAll(({ sink }) => sink.onId?.())
    },
    onEnd(unfinished) {
      updateAll()
      return oldest.sink.onEnd(unfinished)
    },
  }
  const connection =
    share === 'browser'
      ? connectTabs(request, sink, environment, name)
      : connect(request, sink, environment)

  function tellAll(tell: (listener: Listener) => void): void {
    const told = [...listeners]
    for (const listener of told) {
      // One that has joined, or joined again, during this loop is told by `update`.
      if (!listener.isCurrent) continue
      listener.lastEventId = connection.lastEventId
      tell(listener)
    }
  }

  function updateAll(): void {
    for (const listener of listeners) update(listener)
  }

  /** Tells a late listener of the response and the last event. The status it was told by `add`. */
  function update(listener: Listener): void {
    if (listener.isCurrent || !listeners.has(listener)) return
    listener.isCurrent = true
    listener.lastEventId = connection.lastEventId
    if (opened) listener.sink.onOpen(...opened)
    if (!lastEvent || isSame(lastEvent, listener.lastEvent) || !listeners.has(listener)) return
    listener.lastEvent = lastEvent
    listener.sink.onEvent(lastEvent)
  }

  function add(listener: Listener): void {
    cancelClose()
    if (listeners.size === 0) oldest = listener
    listeners.add(listener)
    listener.source = source
    listener.ignoreSignal = onAbort(listener.request.options().signal, () => dismiss(listener))
    if (!status) return connection.open()
    listener.sink.onStatus(...(opened ? connecting : status))
    queueMicrotask(() => update(listener))
  }

  function remove(listener: Listener): void {
    listeners.delete(listener)
    release(listener)
    const [next = oldest] = listeners
    oldest = next
    if (listeners.size === 0) cancelClose = environment.delay(close, lingerTime)
  }

  function dismiss(listener: Listener): void {
    remove(listener)
    listener.sink.onStatus('closed', { attempt: 0 })
  }

  function canTake({ lastEventId }: Listener): boolean {
    return listeners.size > 0 || !lastEventId || lastEventId === connection.lastEventId
  }

  function close(): void {
    cancelClose()
    forget()
    connection.close()
  }

  function end(last: 'closed' | 'failed', detail: StatusDetail): void {
    cancelClose()
    forget()
    const told = [...listeners]
    listeners.clear()
    for (const listener of told) release(listener)
    // One that has a source again was opened by the `onStatus` of another: this end is not for it.
    for (const { source, sink } of told) if (!source) sink.onStatus(last, detail)
  }

  return source
}

/** An earlier connection, or one of another tab, may have had the event before. */
function isSame(one: StreamEvent, other: StreamEvent | undefined): boolean {
  return one === other || (one.lastEventId !== '' && JSON.stringify(one) === JSON.stringify(other))
}

function release(listener: Listener): void {
  listener.ignoreSignal?.()
  listener.isCurrent = false
  listener.source = undefined
}
