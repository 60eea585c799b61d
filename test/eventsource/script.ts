// What a test tells the server of test/support/servers/scripted-answers.ts, and hears from it.

/** One answer of a URL that carries its own script. Without anything said it is an empty event stream. */
export interface Answer {
  status?: number
  headers?: Record<string, string>
  body?: string
  /** What follows the body: `end` the response (the default), `cut` the connection, or keep the response `open`. */
  after?: 'end' | 'cut' | 'open'
  /** Who may read it: the origin that asks, the default, with credentials; or what stands here; `null` for nobody else. */
  allow?: string | null
}

export interface SeenRequest {
  method: string
  headers: Record<string, string | undefined>
  body: string
  /** Milliseconds. */
  at: number
  /** The client went away before the response had ended. */
  left: boolean
}

/** The n-th request of this URL gets the n-th answer, and later ones the last. `name` sets URLs apart. */
export function scripted(base: string, name: string, answers: Answer[]): string {
  return `${base}/stream?${new URLSearchParams({ name, answers: JSON.stringify(answers) })}`
}
