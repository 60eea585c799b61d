/** What can happen in the life of a chat with all its additions: who does what, and how often. */
import * as fc from 'fast-check'

const byUser = weighted({
  send: 10,
  'send at once': 2,
  interrupt: 2,
  stop: 2,
  'stop the reply': 1,
  regenerate: 2,
  'regenerate the last': 1,
  edit: 2,
  previous: 2,
  next: 2,
  approve: 3,
  deny: 2,
  answer: 2,
  remove: 1,
  'remove a queued one': 1,
  'drop the last': 1,
  like: 1,
  clear: 1,
  forget: 1,
  resume: 1,
  'request a reply': 1,
})
const byServer = weighted({
  answer: 3,
  'answer with a call': 4,
  open: 1,
  'open with ids': 4,
  'open without ids': 2,
  refuse: 1,
  word: 6,
  call: 3,
  finish: 3,
  end: 1,
  cut: 2,
  fail: 1,
  'know of no more': 1,
})
const byBrowser = weighted({
  mount: 2,
  unmount: 1,
  reload: 2,
  'open a tab': 2,
  'close a tab': 1,
  crash: 1,
  'go and come back': 1,
  sleep: 1,
  hide: 1,
  show: 2,
  'lose the network': 1,
  'find the network': 3,
  'fill the storage': 1,
  'block the storage': 1,
  'delete the storage': 1,
  'free the storage': 2,
  'a moment': 3,
  'a second': 2,
  'a minute': 1,
})

function weighted<Name extends string>(weights: Record<Name, number>): fc.Arbitrary<Name> {
  const names = Object.keys(weights) as Name[]
  return fc.oneof(...names.map((name) => ({ weight: weights[name], arbitrary: fc.constant(name) })))
}

/** In which tab; `at` chooses what it is done to. */
function acts<By extends string, What>(by: By, what: fc.Arbitrary<What>) {
  return fc.record({ by: fc.constant(by), what, tab: fc.nat(1), at: fc.nat(60) })
}

const step = fc.oneof(
  { weight: 4, arbitrary: acts('user', byUser) },
  { weight: 6, arbitrary: acts('server', byServer) },
  { weight: 2, arbitrary: acts('browser', byBrowser) },
)

type Drawn<From> = From extends fc.Arbitrary<infer Value> ? Value : never
export type UserAct = Drawn<typeof byUser>
export type BrowserAct = Drawn<typeof byBrowser>
export type Step = Drawn<typeof step>

export interface Life {
  wire: 'openaiChat' | 'aiSdk'
  /** The storage answers with promises. */
  isSlow: boolean
  /** The chat outlives its page's components. */
  hasId: boolean
  /** Pages crash, and the storage is full, blocked or deleted. */
  isRough: boolean
  mostTabs: number
  steps: Step[]
}

export function lives(maxLength: number): fc.Arbitrary<Life> {
  return fc.record({
    wire: fc.constantFrom('openaiChat' as const, 'aiSdk' as const),
    isSlow: fc.boolean(),
    hasId: fc.boolean(),
    isRough: fc.boolean(),
    mostTabs: fc.constantFrom(1, 2),
    steps: fc.array(step, { maxLength, size: 'max' }),
  })
}
