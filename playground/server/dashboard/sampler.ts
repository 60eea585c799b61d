/** This machine's load, sampled while somebody reads it and for as long after as a reader may come back. */
import os from 'node:os'
import type { Environment } from '../environment.js'
import { createFeed } from '../feed.js'
import type { Feed } from '../feed.js'

export interface Sample {
  at: number
  /** Percent over all cores. */
  cpu: number
  cores: number[]
  /** Bytes. */
  memory: { total: number; free: number; used: number }
  process: { rss: number; heapUsed: number }
  /** Seconds since the server started. */
  uptime: number
}

/** What is asked of the machine, so that tests can answer. */
export interface Machine {
  cpus(): { times: { user: number; nice: number; sys: number; idle: number; irq: number } }[]
  totalmem(): number
  freemem(): number
}

/** How many samples are kept for those who come back. */
const capacity = 60

export function createSampler(
  environment: Environment,
  onSample: (sample: Sample) => void,
  machine: Machine = os,
): Feed<Sample> {
  let sampling: AbortController | undefined
  let leaving = new AbortController()
  const feed = createFeed<Sample>({
    capacity,
    firstId: Math.floor(environment.now() / 1000),
    onFirstReader() {
      leaving.abort()
      if (!sampling) void run((sampling = new AbortController()).signal)
    },
    onLastReaderLeft: () => void stopLater((leaving = new AbortController()).signal),
  })

  /** Goes on for as many samples as are kept: a reader that was cut off comes back for what it missed. */
  async function stopLater(signal: AbortSignal): Promise<void> {
    await environment.sleep(capacity * environment.pacing.sample, signal)
    if (signal.aborted) return
    sampling?.abort()
    sampling = undefined
  }

  async function run(signal: AbortSignal): Promise<void> {
    let before = coreTimes(machine)
    // A load is the difference of two readings; the first pair is taken close together.
    await environment.sleep(environment.pacing.sample / 5, signal)
    while (!signal.aborted) {
      const after = coreTimes(machine)
      const sample = measure(environment.now(), machine, before, after)
      before = after
      feed.publish(sample)
      onSample(sample)
      await environment.sleep(environment.pacing.sample, signal)
    }
  }

  return feed
}

interface CoreTime {
  busy: number
  idle: number
}

function coreTimes(machine: Machine): CoreTime[] {
  return machine.cpus().map(({ times: { user, nice, sys, irq, idle } }) => ({
    busy: user + nice + sys + irq,
    idle,
  }))
}

function measure(at: number, machine: Machine, before: CoreTime[], after: CoreTime[]): Sample {
  const spent = after.map((core, index) => ({
    busy: core.busy - (before[index]?.busy ?? 0),
    idle: core.idle - (before[index]?.idle ?? 0),
  }))
  const sum = (key: keyof CoreTime): number => spent.reduce((total, core) => total + core[key], 0)
  const total = machine.totalmem()
  const free = machine.freemem()
  const { rss, heapUsed } = process.memoryUsage()
  return {
    at,
    cpu: percent({ busy: sum('busy'), idle: sum('idle') }),
    cores: spent.map(percent),
    memory: { total, free, used: total - free },
    process: { rss, heapUsed },
    uptime: Math.round(process.uptime()),
  }
}

function percent({ busy, idle }: CoreTime): number {
  const all = busy + idle
  return all > 0 ? Math.round((1000 * Math.max(0, busy)) / all) / 10 : 0
}

/** Reports a load that crosses the upper bound, and its return below the lower one. */
export function createAlarm(report: (kind: 'busy' | 'calm', percent: number) => void) {
  const bounds = { busy: 85, calm: 60 }
  let busy = false
  return ({ cpu }: Pick<Sample, 'cpu'>): void => {
    if (busy ? cpu > bounds.calm : cpu < bounds.busy) return
    busy = !busy
    report(busy ? 'busy' : 'calm', Math.round(cpu))
  }
}
