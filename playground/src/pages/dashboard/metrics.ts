import { useEventSource } from 'brooklet'
import type { StreamEvent } from 'brooklet'
import { wire } from '../../wire/wire.js'

/** One second of the machine that the server runs on. */
export interface Sample {
  at: number
  /** Percent over all cores. */
  cpu: number
  cores: number[]
  /** Bytes. */
  memory: { total: number; free: number; used: number }
  process: { rss: number; heapUsed: number }
  /** Seconds. */
  uptime: number
}

/** Seconds that the charts show, a sample a second. */
export const windowSize = 60

const fetchMetrics = wire.fetch('metrics')

export function useMetrics() {
  return useEventSource<Sample, readonly Sample[]>(`/api/metrics?replay=${windowSize}`, {
    fetch: fetchMetrics,
    parse: 'json',
    initial: [],
    reduce: addSample,
    onClose: () => wire.close('metrics'),
  })
}

function addSample(samples: readonly Sample[], _event: StreamEvent, sample: Sample) {
  const since = sample.at - windowSize * 1000
  return [...samples.filter(({ at }) => at > since), sample]
}
