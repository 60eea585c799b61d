import type { Environment } from '../environment.js'

/** Milliseconds of silence after which a tab asks whether anybody leads. */
const silence = 10_000
/** Milliseconds that a leader has for its answer. */
const patience = 5_000
/** Milliseconds that a timer may be late in a tab that is awake. */
const tolerance = 1_000

export interface SilenceWatch {
  /** Asks now, and watches from now on. */
  ask(): void
  /** Another tab has asked, so this one waits for the answer too. */
  expectAnswer(): void
  /** The leader has said something. */
  heard(): void
  stop(): void
}

interface Watcher {
  postQuestion(): void
  takeOver(): void
  /**
   * Whether this tab has heard nothing yet. If so it waits for longer, so that a tab that knows how far
   * the stream has come takes over first.
   */
  isNew(): boolean
}

/** Notices a leader that holds the lock but says nothing, because its tab is frozen or hangs. */
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
    // Set again only when it fires, for the time left: at each report it would cost more than hearing one.
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
    // This tab was asleep, and the answer may have come late just as this timer did: ask once more.
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
