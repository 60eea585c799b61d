import { useEventSource } from 'brooklet'
import { useReducer, useState } from 'react'
import { wire } from '../../wire/wire.js'
import { addToCount, nothingYet } from '../../shared/count.js'
import type { Count, CountValue } from '../../shared/count.js'
import { addEntry } from './journal.js'

export const faults = ['drop', 'stall', 'status', 'html', 'end'] as const
export type Fault = (typeof faults)[number]

const fetchFaults = wire.fetch('faults')

const events = 60
/** The longest silence that the stream is allowed. */
const idleTimeout = 3000
/** How many answers are refused with 503. */
const refusals = 2

/** Numbered events, that go wrong as the buttons say. */
export function useFaultyStream({ drips }: { drips: boolean }) {
  const [session] = useState(newSession)
  const [journal, note] = useReducer(addEntry, [])
  const stream = useEventSource<CountValue, Count>(faultsUrl(session, drips), {
    fetch: fetchFaults,
    parse: 'json',
    initial: { ...nothingYet, of: events },
    reduce: addToCount,
    closeOn: 'done',
    idleTimeout,
    onOpen: ({ status }) => note({ kind: 'opened', status, at: Date.now() }),
    onError: (error) => note({ kind: 'error', error, at: Date.now() }),
    onClose() {
      note({ kind: 'closed', at: Date.now() })
      wire.close('faults')
    },
  })
  return { stream, journal, strike: (fault: Fault) => strike(session, fault) }
}

function faultsUrl(session: string, drips: boolean): string {
  const url = `/api/faults?session=${session}&events=${events}`
  return drips ? `${url}&drip=1&dripInterval=8` : url
}

function newSession(): string {
  return crypto.randomUUID().slice(0, 8)
}

/** Makes the open stream go wrong at once. */
function strike(session: string, fault: Fault): void {
  const times = fault === 'status' ? refusals : 1
  void fetch(`/api/faults/${session}?fault=${fault}&times=${times}`, { method: 'POST' })
}
