import type { Environment } from './environment.js'
import { requestMethod } from './request.js'
import {
  createSharedConnection,
  type Listener,
  type SharedConnection,
} from './shared-connection.js'
import type { Connection, ConnectionRequest, ConnectionSink, Sharing } from './types.js'
import { parseUrl } from './url.js'

/**
 * The page's shared connections, by `sharedName`. Each environment has its own, because it brings its
 * own `fetch`.
 */
const connections = new WeakMap<Environment, Map<string, SharedConnection>>()

/**
 * Listens to the page's one connection for the same method, URL, credentials and key, which the
 * first listener opens. The options of the listener that has been there longest apply.
 */
export function connectShared(
  request: ConnectionRequest,
  sink: ConnectionSink,
  environment: Environment,
  sharing: Sharing,
): Connection {
  const byName = connections.get(environment) ?? new Map<string, SharedConnection>()
  connections.set(environment, byName)
  const listener: Listener = {
    request,
    sink,
    isCurrent: false,
    lastEventId: request.lastEventId ?? '',
  }

  function findOrMake(): SharedConnection {
    const name = sharedName(request, sharing)
    const known = byName.get(name)
    if (known?.canTake(listener)) return known
    known?.close()
    const forget = (): boolean => byName.delete(name)
    const made = createSharedConnection(name, listener, environment, sharing, forget)
    byName.set(name, made)
    return made
  }

  return {
    open() {
      if (listener.source) listener.source.open()
      else if (request.options().signal?.aborted) sink.onStatus('closed', { attempt: 0 })
      else findOrMake().add(listener)
    },
    close() {
      listener.source?.remove(listener)
    },
    get lastEventId() {
      return listener.lastEventId
    },
  }
}

/**
 * Also the name of the channel and the lock between tabs. The number is the version of their messages,
 * so that tabs with different versions of this library do not misunderstand each other.
 */
function sharedName(request: ConnectionRequest, { share, key }: Sharing): string {
  const options = request.options()
  const url = request.url()
  const resolved = parseUrl(url)?.href ?? url
  const { credentials = 'same-origin' } = options
  return JSON.stringify(['brooklet 1', share, requestMethod(options), resolved, credentials, key])
}
