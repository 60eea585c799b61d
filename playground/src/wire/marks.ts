/** The signs of the strip. */

export interface Palette {
  ink: string
  line: string
  accent: string
  alert: string
  alertWash: string
  ground: string
  font: string
}

export interface Row {
  /** The y of its line. */
  base: number
  height: number
  /** The x at which its last label ends. */
  labelsEnd: number
  /** The x at which the strokes of its last break end. */
  breakEnd: number
}

/** Between two labels, at least. */
const labelGap = 6

/** Labels are written from left to right. One that would run into the last is left out. */
function drawLabel(
  context: CanvasRenderingContext2D,
  label: string,
  row: Row,
  { left, width, base }: { left: number; width: number; base: number },
  { color, ground }: { color: string; ground: string },
): void {
  if (left < row.labelsEnd) return
  row.labelsEnd = left + width + labelGap
  // Legible over the ticks that it may reach into.
  context.fillStyle = ground
  context.fillRect(left - 2, base - 9, width + 4, 11)
  context.fillStyle = color
  context.textAlign = 'left'
  context.fillText(label, left, base)
}

/** A line across all of the row, slashed where it was open: here it broke. A try in vain is a dot. */
export function drawBreak(
  context: CanvasRenderingContext2D,
  x: number,
  row: Row,
  wasOpen: boolean,
  { alert, ground }: Palette,
): void {
  const { base, height } = row
  if (!wasOpen) {
    context.fillStyle = alert
    context.fillRect(x - 2, base - 2, 4, 4)
    return
  }
  row.breakEnd = x + 6
  context.fillStyle = ground
  context.fillRect(x - 1, base - height, 5, height + 3)
  context.strokeStyle = alert
  context.lineWidth = 1.5
  context.beginPath()
  for (const dx of [0, 4]) {
    context.moveTo(x + dx - 3, base + 3)
    context.lineTo(x + dx + 1, base - height)
  }
  context.stroke()
}

/** A ring: from here it goes on, after the event with this id. */
export function drawResume(
  context: CanvasRenderingContext2D,
  x: number,
  row: Row,
  lastEventId: string,
  { accent, ground, ink, font }: Palette,
): void {
  const { base, height } = row
  context.beginPath()
  context.arc(x, base, 3.5, 0, 2 * Math.PI)
  context.fillStyle = ground
  context.fill()
  context.strokeStyle = accent
  context.lineWidth = 1.75
  context.stroke()
  // Of a run and an offset, as `brooklet/server` sends them, the offset.
  const label = `id ${lastEventId.replace(/^.+-/, '…')}`
  if (height < 24 || label.length > 15) return
  context.font = `10px ${font}`
  const { width } = context.measureText(label)
  const place = { left: x - 6 - width, width, base: base - 6 }
  drawLabel(context, label, row, place, { color: ink, ground })
}

/** A cross, and the status that was answered, beside the break that may be close. */
export function drawRefusal(
  context: CanvasRenderingContext2D,
  x: number,
  row: Row,
  { status, within }: { status: number | undefined; within: number },
  { alert, ground, font }: Palette,
): void {
  const { base, height } = row
  context.strokeStyle = alert
  context.lineWidth = 1.75
  context.beginPath()
  context.moveTo(x - 3, base - 3)
  context.lineTo(x + 3, base + 3)
  context.moveTo(x - 3, base + 3)
  context.lineTo(x + 3, base - 3)
  context.stroke()
  if (height < 16) return
  const label = String(status)
  context.font = `600 10px ${font}`
  const { width } = context.measureText(label)
  const left = Math.min(Math.max(x - width / 2, row.breakEnd), within - width)
  if (left < row.breakEnd) return
  drawLabel(context, label, row, { left, width, base: base - 8 }, { color: alert, ground })
}

export function dashes(
  context: CanvasRenderingContext2D,
  from: number,
  to: number,
  y: number,
  color: string,
): void {
  context.fillStyle = color
  for (let x = from; x < to; x += 5) context.fillRect(x, y - 0.25, Math.min(2, to - x), 1)
}

export function drawName(
  context: CanvasRenderingContext2D,
  name: string,
  y: number,
  { ink, ground, font, small }: Palette & { small: boolean },
): void {
  const size = small ? 9 : 11
  context.font = `${size}px ${font}`
  const text = name.length > 24 ? `${name.slice(0, 23)}…` : name
  context.textAlign = 'left'
  context.fillStyle = ground
  context.globalAlpha = 0.85
  context.fillRect(0, y, context.measureText(text).width + 8, size + 3)
  context.globalAlpha = 1
  context.fillStyle = ink
  context.fillText(text, 0, y + size)
}
