/** What is to go wrong on the connections of one visitor, and how often it already has. */
import { BoundedMap } from '../bounded.js'

export const faultNames = ['drop', 'stall', 'end', 'status', 'html'] as const
export type FaultName = (typeof faultNames)[number]

export interface Session {
  /** Times that each fault of the query has struck. */
  readonly struck: Map<FaultName, number>
  /** Answers that are to be refused, asked for by a button. */
  refusals: { fault: 'status' | 'html'; times: number } | undefined
  /** The streams open now; a fault asked for by a button strikes them. */
  readonly streams: Set<(fault: FaultName) => void>
}

export class Sessions {
  private readonly sessions = new BoundedMap<string, Session>(100)

  /** Without a name a request has a session of its own. */
  of(name: string | undefined): Session {
    const known = name === undefined ? undefined : this.sessions.get(name)
    const session = known ?? { struck: new Map(), refusals: undefined, streams: new Set() }
    // Written again, so that the sessions in use are not the ones forgotten.
    if (name !== undefined) this.sessions.set(name, session)
    return session
  }
}

/** Counts the strike, and says whether it is still one of the first `times`. */
export function strikes(session: Session, fault: FaultName, times: number): boolean {
  const before = session.struck.get(fault) ?? 0
  if (before >= times) return false
  session.struck.set(fault, before + 1)
  return true
}

/** Breaks the open streams; `status` and `html` also answer the next `times` requests. */
export function inject(session: Session, fault: FaultName, times: number): number {
  if (fault === 'status' || fault === 'html') session.refusals = { fault, times }
  const open = session.streams.size
  for (const strike of session.streams) strike(fault)
  return open
}

export function takeRefusal(session: Session): 'status' | 'html' | undefined {
  const { refusals } = session
  if (!refusals || refusals.times <= 0) return undefined
  refusals.times--
  return refusals.fault
}
