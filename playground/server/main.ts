/** `npm start`: the playground on PORT or 5173, or the next free port. */
import { providerFrom } from './adventure/provider.js'
import { createEnvironment } from './environment.js'
import { createPlaygroundServer } from './server.js'

const playground = await createPlaygroundServer({ port: Number(process.env.PORT) || 5173 }).catch(
  (error: Error) => {
    console.error(error.message)
    process.exit(1)
  },
)
const provider = providerFrom(createEnvironment())
const { REDIS_URL } = process.env
console.log(`The playground is at ${playground.url}`)
if (REDIS_URL) console.log(`Streams are kept in Redis at ${new URL(REDIS_URL).host}`)
if (provider) console.log(`Adventure is told by ${provider.model} at ${provider.host}`)

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void playground.close().then(() => process.exit(0)))
}
