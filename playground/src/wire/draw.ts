/** Draws the strip: time runs to the left, now is at the right edge, a line for each stream. */
import { dashes, drawBreak, drawName, drawRefusal, drawResume } from './marks.js'
import type { Palette, Row } from './marks.js'
import { nameOf } from './names.js'
import type { WireText } from './names.js'
import type { Connection, Outage, Stream, Tick } from './types.js'

export interface View {
  width: number
  height: number
  /** Device pixels to one CSS pixel. */
  scale: number
  now: number
  window: number
}

const axisHeight = 16
const top = 4
const gridStep = 5000
/** Of the smaller names. */
const nameHeight = 10

export function drawWire(
  context: CanvasRenderingContext2D,
  view: View,
  { streams, outages }: { streams: Iterable<Stream>; outages: readonly Outage[] },
  palette: Palette,
  text: WireText,
): void {
  const { width, height, scale } = view
  context.setTransform(scale, 0, 0, scale, 0, 0)
  context.clearRect(0, 0, width, height)
  context.fillStyle = palette.alertWash
  for (const { from, until } of outages) {
    const left = xOf(from, view)
    context.fillRect(left, 0, Math.min(width, xOf(until, view)) - left, height - axisHeight)
  }
  const shown = [...streams].filter((stream) => isVisible(stream, view))
  const rows = [...new Set(shown.map(({ row }) => row))].sort((a, b) => a - b)
  const rowHeight = (height - axisHeight - top) / rows.length
  const names = new Map<number, string>()
  for (const stream of shown) {
    const rowTop = top + rowHeight * rows.indexOf(stream.row)
    const base = Math.round(rowTop + rowHeight) - 2.5
    const row = { base, height: rowHeight - 4, labelsEnd: -Infinity, breakEnd: -Infinity }
    drawStream(context, view, stream, row, palette)
    names.set(rowTop, nameOf(stream.name, text))
  }
  if (rows.length > 1 && rowHeight >= nameHeight) {
    for (const [rowTop, name] of names) {
      drawName(context, name, rowTop, { ...palette, small: rows.length > 2 })
    }
  }
  drawAxis(context, view, palette)
}

/** Whether anything of it moves, so that the next frame differs. */
export function isVisible({ connections }: Stream, { now, window }: View): boolean {
  return connections.some(({ endedAt }) => endedAt === undefined || endedAt > now - window)
}

function drawAxis(context: CanvasRenderingContext2D, view: View, palette: Palette): void {
  const { width, height, window } = view
  context.font = `10px ${palette.font}`
  context.textBaseline = 'alphabetic'
  for (let ago = 0; ago <= window; ago += gridStep) {
    const x = Math.round(xOf(view.now - ago, view)) - 0.5
    context.fillStyle = palette.line
    context.fillRect(x, height - axisHeight, 1, ago % (2 * gridStep) === 0 ? 4 : 2)
    if (ago === 0 || ago % (2 * gridStep) !== 0 || ago === window) continue
    context.fillStyle = palette.ink
    context.textAlign = 'center'
    context.fillText(`−${ago / 1000} s`, x, height - 2)
  }
  context.fillStyle = palette.line
  context.fillRect(0, height - axisHeight, width, 1)
}

function drawStream(
  context: CanvasRenderingContext2D,
  view: View,
  { connections, ticks }: Stream,
  row: Row,
  palette: Palette,
): void {
  const largest = ticks.reduce((most, { size }) => Math.max(most, size), 1)
  context.globalAlpha = 0.8
  for (const tick of ticks) drawTick(context, view, tick, largest, row, palette)
  context.globalAlpha = 1
  connections.forEach((connection, index) => {
    drawLine(context, view, connection, connections[index - 1], row, palette)
  })
  for (const connection of connections) drawEnds(context, view, connection, row, palette)
}

/** Whole while it is open, dashes while it is awaited, red where it is missing. */
function drawLine(
  context: CanvasRenderingContext2D,
  view: View,
  { method, startedAt, openedAt, endedAt, state }: Connection,
  previous: Connection | undefined,
  { base }: Row,
  palette: Palette,
): void {
  const start = xOf(startedAt, view)
  if (previous?.endedAt !== undefined && isBroken(previous, method)) {
    dashes(context, xOf(previous.endedAt, view), start, base, palette.alert)
  }
  dashes(context, start, xOf(openedAt ?? endedAt ?? view.now, view), base, palette.ink)
  if (openedAt === undefined || state === 'refused') return
  const left = xOf(openedAt, view)
  context.fillStyle = palette.accent
  context.fillRect(left, base - 0.5, Math.max(1, xOf(endedAt ?? view.now, view) - left), 1.5)
}

function drawEnds(
  context: CanvasRenderingContext2D,
  view: View,
  connection: Connection,
  row: Row,
  palette: Palette,
): void {
  const { openedAt, endedAt, state, lastEventId, status } = connection
  if (openedAt !== undefined && lastEventId && state !== 'refused') {
    drawResume(context, xOf(openedAt, view), row, lastEventId, palette)
  }
  if (endedAt === undefined) return
  const x = xOf(endedAt, view)
  if (state === 'lost') drawBreak(context, x, row, openedAt !== undefined, palette)
  else if (state === 'refused') {
    drawRefusal(context, x, row, { status, within: view.width }, palette)
  } else {
    context.fillStyle = palette.accent
    context.fillRect(x - 1.5, row.base - 4, 1.5, 8)
  }
}

/** A reply that was lost is never asked for by another POST: with that begins another one. */
function isBroken({ state }: Connection, nextMethod: string): boolean {
  return state === 'refused' || (state === 'lost' && nextMethod !== 'POST')
}

/** As high as its data is long, beside the largest one in view. A heartbeat is a dot. */
function drawTick(
  context: CanvasRenderingContext2D,
  view: View,
  { at, kind, size }: Tick,
  largest: number,
  { base, height }: Row,
  palette: Palette,
): void {
  const x = Math.round(xOf(at, view) * view.scale) / view.scale
  if (kind === 'comment') {
    context.fillStyle = palette.ink
    context.fillRect(x - 1, base - 5, 2, 2)
    return
  }
  const share = 0.25 + 0.75 * (size / largest)
  context.fillStyle = palette.accent
  context.fillRect(x, base - height * share, 1, height * share)
}

function xOf(time: number, { now, window, width }: View): number {
  return width - ((now - time) / window) * width
}
