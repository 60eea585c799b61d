// Run as a process of its own by http.test.ts: it must exit by itself once its connections are closed.
import { connect } from '../../src/connection/connect.js'
import { defaultEnvironment } from '../../src/connection/environment.js'
import { mayGoOn } from './harness.js'

const [, , server] = process.argv

function closeAt(state: string, path: string): Promise<void> {
  return new Promise((resolve) => {
    const connection = connect(
      {
        url: () => server + path,
        options: () => ({ idleTimeout: 1e8 }),
        defaults: { attempts: 9, minDelay: 1e8, maxDelay: 1e8, connectTimeout: 1e8 },
      },
      { onStatus: reached, onOpen: () => {}, onEvent: () => reached('event'), onEnd: mayGoOn },
      defaultEnvironment,
    )
    function reached(status: string): void {
      if (status !== state) return
      setTimeout(() => {
        connection.close()
        resolve()
      })
    }
    connection.open()
  })
}

await closeAt('connecting', '/silent')
await closeAt('event', '/events')
await closeAt('reconnecting', '/busy')
