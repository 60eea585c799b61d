type Step = (controller: ReadableStreamDefaultController<Uint8Array>) => void

/** The body of a response, step by step. */
export interface ScriptedBody {
  stream: ReadableStream<Uint8Array>
  write(chunk: Uint8Array): void
  end(): void
  /** Breaks off, once what was written has been read. */
  cut(reason: unknown): void
  /** Breaks off at once, because the reader itself has aborted. */
  abort(reason: unknown): void
}

/**
 * Each step waits until the reader has taken the one before: a stream that errors discards its queue, so
 * that a cut would take back bytes that had been sent.
 */
export function createScriptedBody(onCancel: () => void): ScriptedBody {
  const steps: Step[] = []
  let wake = (): void => {}
  let controller: ReadableStreamDefaultController<Uint8Array>

  const stream = new ReadableStream<Uint8Array>({
    start(given) {
      controller = given
    },
    async pull() {
      while (steps.length === 0) await new Promise<void>((resolve) => (wake = resolve))
      steps.shift()!(controller)
    },
    cancel: onCancel,
  })
  function add(step: Step): void {
    steps.push(step)
    wake()
  }
  return {
    stream,
    write: (chunk) => add((to) => to.enqueue(chunk)),
    end: () => add((to) => to.close()),
    cut: (reason) => add((to) => to.error(reason)),
    abort: (reason) => controller.error(reason),
  }
}
