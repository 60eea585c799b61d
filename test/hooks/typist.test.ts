import * as fc from 'fast-check'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { createTypist } from '../../src/hooks/typist.js'

const frame = 16
const patience = 500

/** Types `text` with a frame each 16 ms until nothing changes for longer than the typist waits. */
function typeOut(text: string, typist = createTypist(), begin = { shown: '', now: 0 }) {
  const frames: { now: number; shown: string }[] = []
  let { shown, now } = begin
  for (let still = 0; still <= patience / frame + 2; still += 1, now += frame) {
    const next = typist.type(text, shown, now)
    if (next === shown) continue
    still = 0
    shown = next
    frames.push({ now, shown })
  }
  return { frames, shown, now }
}

function boundariesOf(text: string): Set<number> {
  const segments = new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)
  return new Set([...segments].map(({ index }) => index).concat(text.length))
}

describe('the pace', () => {
  test('one large chunk is typed evenly, in half a second', () => {
    const text = 'word '.repeat(100)
    const { frames, shown } = typeOut(text)
    expect(shown).toBe(text)
    const sizes = frames.map(
      ({ shown }, index) => shown.length - (frames[index - 1]?.shown.length ?? 0),
    )
    expect(Math.max(...sizes)).toBeLessThanOrEqual(frame + 1)
    expect(frames.length).toBeGreaterThan(25)
    expect(frames.at(-1)!.now).toBeLessThanOrEqual(patience + frame)
  })

  test('the further behind, the faster', () => {
    const charactersAfter = (length: number) => {
      const typist = createTypist()
      let shown = ''
      for (let now = 0; now < 160; now += frame) shown = typist.type('x'.repeat(length), shown, now)
      return shown.length
    }
    expect(charactersAfter(1_000)).toBeGreaterThan(9 * charactersAfter(100))
  })

  test('a steady stream of chunks is typed in every frame, without rushes', () => {
    const typist = createTypist()
    const sizes: number[] = []
    let text = ''
    let shown = ''
    for (let now = 0; now < 5_000; now += frame) {
      if (now % 128 === 0) text += 'twelve chars'
      const next = typist.type(text, shown, now)
      if (now > 1_000) sizes.push(next.length - shown.length)
      shown = next
    }
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(1)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(3)
  })

  test('a page that was hidden catches up in one frame', () => {
    const typist = createTypist()
    const shown = typist.type('x'.repeat(1_000), '', 0)
    expect(typist.type('x'.repeat(1_000), shown, 60_000)).toHaveLength(1_000)
  })

  test('a pause is no credit: what comes after it is typed as evenly', () => {
    const typist = createTypist()
    const { shown, now } = typeOut('Hello', typist)
    expect(shown).toBe('Hello')
    const next = typist.type(`Hello${'x'.repeat(1_000)}`, shown, now + 60_000)
    expect(next.length).toBeLessThan(50)
  })
})

describe('graphemes', () => {
  test('the last one waits, since it may still grow, until nothing has come for half a second', () => {
    const typist = createTypist()
    const shown = typist.type('ok 👨', '', 0)
    let now = 0
    let seen = shown
    for (; now < patience; now += frame) seen = typist.type('ok 👨', seen, now)
    expect(seen).toBe('ok ')
    expect(typist.type('ok 👨', seen, now + frame)).toBe('ok 👨')
  })

  test('one that grew after it was shown is completed whole', () => {
    const typist = createTypist()
    const { shown, now } = typeOut('👨', typist)
    expect(shown).toBe('👨')
    const { frames } = typeOut('👨\u200d👩\u200d👧!', typist, { shown, now })
    expect(frames.map(({ shown }) => shown)).toEqual(['👨\u200d👩\u200d👧', '👨\u200d👩\u200d👧!'])
  })

  test('half a surrogate pair is not shown before its other half, but does not wait for ever', () => {
    const typist = createTypist()
    const half = 'ok\ud83d'
    const frames = typeOut(half, typist).frames
    expect(frames.at(-1)!.shown).toBe(half)
    expect(frames.at(-1)!.now).toBeGreaterThanOrEqual(patience)
    expect(frames.slice(0, -1).every(({ shown }) => 'ok'.startsWith(shown))).toBe(true)
  })

  test('whatever comes, in whatever chunks and frames, is cut only between two of them, and in time', () => {
    const piece = fc.constantFrom(
      'a',
      ' ',
      '👨‍👩‍👧',
      '🇩🇪',
      '🇫🇷',
      '\u0301',
      '👍🏽',
      '\u200d',
      'क्षि',
      '각',
      '\r\n',
      '漢字',
      '\ud83d',
      '\ude00',
      'a longer piece of plain text, ',
    )
    const step = fc.record({
      text: fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join('')),
      cut: fc.nat(8),
      wait: fc.integer({ min: 1, max: patience - 1 }),
    })
    const property = fc.property(fc.array(step, { minLength: 1, maxLength: 30 }), (steps) => {
      const all = steps.map(({ text }) => text).join('')
      const boundaries = boundariesOf(all)
      const typist = createTypist()
      const arrivals: { length: number; now: number }[] = []
      let [given, shown, now, sent] = ['', '', 0, 0]
      for (const { text, cut, wait } of steps) {
        sent += text.length
        const more = all.slice(0, Math.max(given.length, sent - cut))
        // Text that stands still for longer shows its end, which more may join: not this property.
        if (more.length === given.length) continue
        given = more
        arrivals.push({ length: given.length, now })
        for (let passed = 0; passed < wait; passed += frame) {
          const at = now + passed
          const next = typist.type(given, shown, at)
          expect(next.startsWith(shown)).toBe(true)
          expect(given.startsWith(next)).toBe(true)
          if (next.length < given.length) expect(boundaries).toContain(next.length)
          const late = arrivals.filter(({ now }) => now + patience < at - frame).at(-1)
          // All but a grapheme that is still the last.
          if (late)
            expect(next.length).toBeGreaterThanOrEqual(boundaryBefore(boundaries, late.length))
          shown = next
        }
        now += wait
      }
      expect(typeOut(given, typist, { shown, now }).shown).toBe(given)
    })
    fc.assert(property, { numRuns: 300 })
  })
})

/** The last boundary before a place. */
function boundaryBefore(boundaries: Set<number>, length: number): number {
  return Math.max(0, ...[...boundaries].filter((boundary) => boundary < length))
}

test('each character is segmented about once, not once a frame', () => {
  let segmented = 0
  const { segment } = Intl.Segmenter.prototype
  const spy = vi.spyOn(Intl.Segmenter.prototype, 'segment').mockImplementation(function (
    this: Intl.Segmenter,
    input,
  ) {
    segmented += input.length
    return segment.call(this, input)
  })
  onTestFinished(() => spy.mockRestore())
  const typist = createTypist()
  let [text, shown, frames] = ['', '', 0]
  for (let chunk = 0; chunk < 200; chunk += 1) {
    text += 'Even a long reply, 中文 too. '.repeat(20)
    for (let passed = 0; passed < 96; passed += frame, frames += 1) {
      shown = typist.type(text, shown, chunk * 96 + passed)
    }
  }
  expect(shown.length).toBeGreaterThan(0.8 * text.length)
  expect(segmented).toBeLessThan(shown.length + frames * 64)
})
