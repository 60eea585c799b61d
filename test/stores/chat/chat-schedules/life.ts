/** What can happen to the tabs of a conversation, and how often. */
import * as fc from 'fast-check'

export interface Life {
  isSlow: boolean
  hasLocks: boolean
  hasBranches: boolean
  canResume: boolean
  hasIds: boolean
  /** What happens next does not wait until all know of what has happened. */
  isHasty: boolean
  latencies: number[]
  steps: Step[]
}

export interface Step {
  do: keyof typeof weights
  tab: number
  at: number
}

const weights = {
  send: 8,
  queue: 2,
  interrupt: 1,
  stop: 1,
  regenerate: 2,
  edit: 2,
  previous: 1,
  next: 1,
  remove: 1,
  like: 2,
  clear: 2,
  forget: 1,
  resume: 1,
  approve: 4,
  deny: 1,
  say: 8,
  call: 6,
  finish: 5,
  fail: 1,
  cut: 1,
  'go down': 1,
  refuse: 1,
  'come up': 2,
  restart: 1,
  open: 3,
  close: 1,
  reload: 2,
  kill: 1,
  freeze: 1,
  thaw: 1,
  hide: 1,
  'show itself': 1,
  'leave and return': 1,
  'show another': 1,
  fill: 1,
  empty: 1,
  wait: 8,
}

const step: fc.Arbitrary<Step> = fc.record({
  do: fc.oneof(
    ...Object.entries(weights).map(([name, weight]) => ({
      weight,
      arbitrary: fc.constant(name as Step['do']),
    })),
  ),
  tab: fc.nat(2),
  at: fc.nat(11),
})

export const lives = (maxLength: number): fc.Arbitrary<Life> =>
  fc.record({
    isSlow: fc.boolean(),
    hasLocks: fc.constantFrom(true, true, true, false),
    hasBranches: fc.boolean(),
    canResume: fc.constantFrom(true, true, false),
    hasIds: fc.boolean(),
    isHasty: fc.boolean(),
    latencies: fc.array(fc.constantFrom(0, 1, 5, 20, 20, 400), { maxLength: 8 }),
    steps: fc.array(step, { maxLength, size: 'max' }),
  })
