import { useEffect, useRef } from 'react'
import { useText } from '../language/language.js'
import { useTheme } from '../shell/theme.js'
import { drawWire, isVisible } from './draw.js'
import type { View } from './draw.js'
import type { Palette } from './marks.js'
import type { WireText } from './names.js'
import { wireWindow } from './streams.js'
import { wire } from './wire.js'

/** The moving strip. It draws no more often than something moves by a pixel, and rests when all is quiet. */
export function WireCanvas() {
  // Another theme is another canvas: its colors are read once.
  return <Canvas key={useTheme()} />
}

function Canvas() {
  const canvas = useRef<HTMLCanvasElement>(null)
  const text = useText().wire
  useEffect(() => (canvas.current ? animate(canvas.current, text) : undefined), [text])
  return <canvas ref={canvas} className="wire-canvas" role="img" aria-label={text.canvas} />
}

function animate(canvas: HTMLCanvasElement, text: WireText): () => void {
  const context = canvas.getContext('2d')
  if (!context) return () => {}
  const palette = paletteOf(canvas)
  const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches
  let frame: number | undefined
  let drawnAt = 0

  function draw(): void {
    frame = undefined
    const view = viewOf(canvas)
    const step = isCalm ? 1000 : wireWindow / (view.width * view.scale)
    const isMoving = [...wire.streams()].some((stream) => isVisible(stream, view))
    if (!isMoving || view.now - drawnAt >= step) {
      drawnAt = view.now
      drawWire(context!, view, { streams: wire.streams(), outages: wire.outages() }, palette, text)
    }
    if (isMoving) wake()
  }

  function wake(): void {
    frame ??= requestAnimationFrame(draw)
  }

  const observer = new ResizeObserver(([entry]) => {
    const { width, height } = entry!.contentRect
    canvas.width = Math.round(width * devicePixelRatio)
    canvas.height = Math.round(height * devicePixelRatio)
    drawnAt = 0
    wake()
  })
  observer.observe(canvas)
  const unsubscribe = wire.snapshot.subscribe(wake)
  return () => {
    observer.disconnect()
    unsubscribe()
    if (frame !== undefined) cancelAnimationFrame(frame)
  }
}

function viewOf(canvas: HTMLCanvasElement): View {
  const scale = devicePixelRatio
  const width = canvas.width / scale
  const height = canvas.height / scale
  return { width, height, scale, now: performance.now(), window: wireWindow }
}

/** The tokens of the style sheet, as the theme has resolved them. */
function paletteOf(canvas: HTMLCanvasElement): Palette {
  const style = getComputedStyle(canvas)
  const color = (name: string): string => style.getPropertyValue(name)
  return {
    ink: color('--ink-2'),
    line: color('--line-strong'),
    accent: color('--accent'),
    alert: color('--alert'),
    alertWash: color('--alert-wash'),
    ground: color('--surface'),
    font: style.fontFamily,
  }
}
