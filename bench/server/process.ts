/** One contender's server, as a process of its own: `process.ts <file> <scenario>`. */
import type { AddressInfo } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Scenario, Servers } from './scenario.js'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

const [name, scenario] = process.argv.slice(2) as [string, Scenario]
const { servers } = (await import(`./${name}.js`)) as { servers: Servers }
const server = servers[scenario]()
if (!server.listening) server.listen(0, '127.0.0.1')
if (server.listening) announce()
else server.once('listening', announce)

function announce(): void {
  process.send!({ port: (server.address() as AddressInfo).port })
}

process.on('message', () => {
  collect()
  const { heapUsed, external, rss } = process.memoryUsage()
  process.send!({ used: heapUsed + external, rss })
})
