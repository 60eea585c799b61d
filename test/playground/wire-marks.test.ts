/** The labels on the strip, where its signs are close to each other, as on a phone. */
import { expect, test } from 'vitest'
import { drawBreak, drawRefusal, drawResume } from '../../playground/src/wire/marks.js'
import type { Palette, Row } from '../../playground/src/wire/marks.js'

const palette: Palette = {
  ink: 'ink',
  line: 'line',
  accent: 'accent',
  alert: 'alert',
  alertWash: 'wash',
  ground: 'ground',
  font: 'sans-serif',
}
/** Of all labels here. */
const width = 20

/** A row of the strip, and what has been written there. */
function strip() {
  const row: Row = { base: 40, height: 40, labelsEnd: -Infinity, breakEnd: -Infinity }
  const written: { text: string; left: number }[] = []
  const context = {
    fillRect() {},
    beginPath() {},
    moveTo() {},
    lineTo() {},
    arc() {},
    fill() {},
    stroke() {},
    measureText: () => ({ width }),
    fillText: (text: string, left: number) => written.push({ text, left }),
  } as unknown as CanvasRenderingContext2D
  return {
    written,
    break: (x: number) => drawBreak(context, x, row, true, palette),
    refuse: (x: number, within = 300) =>
      drawRefusal(context, x, row, { status: 503, within }, palette),
    resume: (x: number) => drawResume(context, x, row, '7', palette),
  }
}

test('a status stands above its cross', () => {
  const { written, refuse } = strip()
  refuse(100)
  expect(written).toEqual([{ text: '503', left: 90 }])
})

test('a status stands beside the strokes of a break', () => {
  const { written, ...draw } = strip()
  draw.break(90)
  draw.refuse(100)
  expect(written).toEqual([{ text: '503', left: 96 }])
})

test('a status waits until there is room for it between a break and the edge', () => {
  const { written, ...draw } = strip()
  draw.break(90)
  draw.refuse(100, 110)
  expect(written).toEqual([])
  draw.refuse(100, 116)
  expect(written).toEqual([{ text: '503', left: 96 }])
})

test('a label that would run into the last one is left out', () => {
  const { written, ...draw } = strip()
  draw.refuse(100)
  draw.refuse(115)
  draw.resume(150)
  draw.resume(130)
  expect(written.map(({ text }) => text)).toEqual(['503', 'id 7'])
})
