/** Everything the server takes from outside, handed in so that tests wait for nothing. */
export interface Environment {
  now(): number
  /** Resolves after that time, or as soon as the signal aborts. Never rejects: a loop looks at its signal. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>
  fetch: typeof fetch
  /** The process's environment variables. */
  variables: Readonly<Record<string, string | undefined>>
  pacing: Pacing
}

/** Milliseconds between the steps of each stream. */
export interface Pacing {
  /** Between two pieces of a reply; each pause varies by a third. */
  token: number
  /** Between two slices of a tune's synthesis, so that several tunes are seen to progress. */
  slice: number
  /** Between two samples of the machine's load. */
  sample: number
  /** Before the first tip among the notifications; the later ones take four times as long. */
  tip: number
}

const defaultPacing: Pacing = {
  token: 30,
  slice: 150,
  sample: 1000,
  tip: 3000,
}

/** What a test hands in instead; of the pacing, only what it changes. */
export type Overrides = Partial<Omit<Environment, 'pacing'>> & { pacing?: Partial<Pacing> }

export function createEnvironment(overrides: Overrides = {}): Environment {
  return {
    now: Date.now,
    sleep,
    fetch: globalThis.fetch,
    variables: process.env,
    ...overrides,
    pacing: { ...defaultPacing, ...overrides.pacing },
  }
}

function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const timer = setTimeout(finish, milliseconds)
    signal?.addEventListener('abort', finish, { once: true })
    function finish(): void {
      clearTimeout(timer)
      signal?.removeEventListener('abort', finish)
      resolve()
    }
  })
}
