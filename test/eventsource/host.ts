// Runs `watch` where it is imported: in a page of a test server, or in a worker of such a page.
import { EventSource as Ours } from '../../src/eventsource/index.js'
import { watch, type EventSourceClass, type Watched } from './watch.js'

export type Place = 'page' | 'worker' | 'shared worker'

export interface HostRequest extends Watched {
  native: boolean
  place: Place
}

const Native = globalThis.EventSource
const isPage = 'document' in globalThis
const startWorker = {
  worker: (script: string) => new Worker(script, { type: 'module' }),
  'shared worker': (script: string) => new SharedWorker(script, { type: 'module' }).port,
}

async function answer({ data, ports }: MessageEvent<HostRequest>): Promise<void> {
  const [port] = ports
  const { native, place, ...watched } = data
  if (isPage && place !== 'page') {
    const script = location.href.replace('as=page', 'as=module')
    startWorker[place](script).postMessage(data, [port!])
  } else {
    const Class = (native ? Native : Ours) as EventSourceClass
    const log = await watch(Class, watched)
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has none
    port!.postMessage(log)
  }
}

if ('onconnect' in globalThis) {
  addEventListener('connect', (event) => {
    const [port] = (event as MessageEvent).ports
    port!.addEventListener(
      'message',
      (message) => void answer(message as MessageEvent<HostRequest>),
    )
    port!.start()
  })
} else {
  addEventListener('message', (event) => void answer(event as MessageEvent<HostRequest>))
  if (isPage) parent.postMessage('ready', '*')
}
