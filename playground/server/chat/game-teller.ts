/** The embedded game's reply, event by event, as fast as a model would be. */
import type { DurableStream } from 'brooklet/server'
import type { Environment } from '../environment.js'
import type { Language } from '../language.js'
import { compose } from './compose.js'
import type { Heard } from './hear.js'
import type { ServedProtocol } from './served-protocol.js'

/** Writes one reply, of that id, until it is whole or stopped. */
export type Teller = (stream: DurableStream) => Promise<void>

export function gameTeller(
  { sleep, pacing }: Environment,
  protocol: ServedProtocol,
  heard: Heard,
  language: Language | undefined,
): Teller {
  return async ({ id, send, signal }) => {
    const frames = protocol.write(compose(heard, id, language), heard)
    let index = 0
    for (const frame of frames) {
      await send(frame)
      await sleep(pause(pacing.token, index++), signal)
    }
  }
}

/** Uneven as a model's, and the same each time. */
function pause(token: number, index: number): number {
  return token * (1 + (((index * 7) % 5) - 2) / 6)
}
