import type { Environment } from '../environment.js'

/** Milliseconds of silence after which a tab asks whether anybody leads. */
const silence = 10_000
/** Milliseconds that a leader has for its answer. */
const patience = 5_000
/** Milliseconds that a timer may be late, and a change of leader may take, where tabs are awake. */
const tolerance = 1_000

export interface SilenceWatch {
  /** Asks now, and watches from now on. */
  ask(): void
  /** In a second: by then a leader that was robbed knows it, and two do not answer. */
  askSoon(): void
  /** Somebody has asked: all wait for the answer. */
  expectAnswer(): void
  /** The leader has said something. */
  heard(): void
  stop(): void
}

interface Watcher {
  ask(): void
  takeOver(): void
  /** Has it heard nothing yet? Then it leaves the others time to go on from where they are. */
  isNew(): boolean
}

/** Notices a leader that holds its lock and says nothing, because its tab is frozen or hangs. */
export function createSilenceWatch(
  { now, delay }: Environment,
  { ask: question, takeOver, isNew }: Watcher,
): SilenceWatch {
  let heardAt = 0
  let askedAt = -1
  let cancelTimer = (): void => {}

  function wait(callback: () => void, milliseconds: number): void {
    cancelTimer()
    cancelTimer = delay(callback, milliseconds)
  }

  function check(): void {
    // One timer for many reports: setting it anew for each costs more than hearing it.
    const left = heardAt + silence - now()
    if (left > 0) wait(check, left)
    else ask()
  }

  function ask(): void {
    question()
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
    // The answer may be waiting to be heard, as this timer was.
    question()
    wait(() => judge(false), patience)
  }

  return {
    ask,
    askSoon: () => wait(ask, tolerance),
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
