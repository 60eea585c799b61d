/** One connection of the faults stream: numbered events, until something goes wrong as planned. */
import type { Environment } from '../environment.js'
import type { Plan } from './plan.js'
import { strikes } from './session.js'
import type { FaultName, Session } from './session.js'

export interface Wire {
  write(bytes: Uint8Array): Promise<unknown>
  /** Breaks the connection. */
  cut(): Promise<void>
  signal: AbortSignal
}

/** Sends the events after `from`. Resolves when the connection has nothing more to say. */
export async function run(
  environment: Environment,
  plan: Plan,
  session: Session,
  wire: Wire,
  from: number,
): Promise<void> {
  const buttons = listen(session, wire.signal)
  const send = (text: string): Promise<void> => drip(environment, plan, wire, text)
  try {
    await send(`: events ${from + 1} to ${plan.events}\nretry: ${plan.retry}\n\n`)
    for (let n = from + 1; n <= plan.events && !wire.signal.aborted; n++) {
      let fault = planned(plan, session, n - from - 1) ?? buttons.pressed()
      while (fault === 'stall') {
        await environment.sleep(plan.stallFor, buttons.signal())
        fault = buttons.pressed()
      }
      if (fault === 'end') return
      if (fault !== undefined) {
        await send(eventText(plan, n).slice(0, 24))
        return await wire.cut()
      }
      await send(eventText(plan, n))
      await environment.sleep(plan.interval, buttons.signal())
    }
    if (!wire.signal.aborted) await send(doneText(plan))
  } finally {
    buttons.stop()
  }
}

/** A fault that is due after `sent` events of this connection. */
function planned(plan: Plan, session: Session, sent: number): FaultName | undefined {
  const due = (['drop', 'stall', 'end'] as const).find((fault) => plan[fault] === sent)
  return due && strikes(session, due, plan.times) ? due : undefined
}

function eventText(plan: Plan, n: number): string {
  const id = plan.ids ? `id: ${n}\n` : ''
  return `${id}event: count\ndata: ${JSON.stringify({ n, of: plan.events })}\n\n`
}

function doneText(plan: Plan): string {
  const id = plan.ids ? `id: ${plan.events + 1}\n` : ''
  return `${id}event: done\ndata: ${JSON.stringify({ events: plan.events })}\n\n`
}

async function drip(environment: Environment, plan: Plan, wire: Wire, text: string): Promise<void> {
  const bytes = new TextEncoder().encode(text)
  const size = plan.drip || bytes.length
  for (let at = 0; at < bytes.length && !wire.signal.aborted; at += size) {
    if (plan.drip > 0 && at > 0) await environment.sleep(plan.dripInterval, wire.signal)
    await wire.write(bytes.slice(at, at + size))
  }
}

interface Buttons {
  /** The fault asked for since the last look. */
  pressed(): FaultName | undefined
  /** Aborts at the next press, or when the client leaves. */
  signal(): AbortSignal
  stop(): void
}

function listen(session: Session, client: AbortSignal): Buttons {
  let fault: FaultName | undefined
  let press = new AbortController()
  const strike = (pressed: FaultName): void => {
    fault = pressed
    press.abort()
  }
  session.streams.add(strike)
  return {
    pressed() {
      const now = fault
      fault = undefined
      press = new AbortController()
      return now
    },
    signal: () => AbortSignal.any([client, press.signal]),
    stop: () => session.streams.delete(strike),
  }
}
