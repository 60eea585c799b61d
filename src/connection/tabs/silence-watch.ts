import type { Environment } from '../environment.js'

/** Milliseconds of silence after which a tab asks whether anybody leads. */
const silence = 10_000
/** Milliseconds that a leader has for its answer. */
const patience = 5_000
/** Milliseconds that a timer may be late where a tab is awake. */
const tolerance = 1_000

export interface SilenceWatch {
  /** Asks now, and watches from now on. */
  ask(): void
  /** Somebody has asked: all wait for the answer. */
  expectAnswer(): void
  /** The leader has said something. */
  heard(): void
  stop(): void
}

interface Watcher {
  postQuestion(): void
  takeOver(): void
  /**
   * Whether this tab has heard nothing yet: then it waits for longer, so that one that knows where
   * the stream is takes over first.
   */
  isNew(): boolean
}

/** Notices a leader that holds its lock and says nothing, because its tab is frozen or hangs. */
export function createSilenceWatch(
  { now, delay }: Environment,
  { postQuestion, takeOver, isNew }: Watcher,
): SilenceWatch {
  let heardAt = 0
  let askedAt = -1
  let cancelTimer = (): void => {}

  function wait(callback: () => void, milliseconds: number): void {
    cancelTimer()
    cancelTimer = delay(callback, milliseconds)
  }

  function check(): void {
    // The timer itself looks how much time is left: setting it anew for each report costs more than hearing one.
    const left = heardAt + silence - now()
    if (left > 0) wait(check, left)
    else ask()
  }

  function ask(): void {
    postQuestion()
    expectAnswer()
  }

  function expectAnswer(): void {
    if (askedAt > heardAt) return
    askedAt = now()
    const time = isNew() ? 2 * patience : patience
    const due = askedAt + time
    wait(() => judge(now() > due + tolerance), time)
  }

  function judge(hasSlept: boolean): void {
    if (heardAt >= askedAt) return check()
    if (!hasSlept) return takeOver()
    // This tab was asleep: the answer may be waiting to be heard, as this timer was.
    postQuestion()
    wait(() => judge(false), patience)
  }

  return {
    ask,
    expectAnswer,
    heard() {
      heardAt = now()
    },
    stop() {
      askedAt = -1
      cancelTimer()
    },
  }
}
