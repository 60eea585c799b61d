import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import type { AlignedData, Axis, Options } from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { useTheme } from '../../shell/theme.js'
import { windowSize } from './metrics.js'

interface ChartProps {
  label: string
  unit: string
  max: number
  isFilled?: boolean
  /** Seconds, then a list of values a line; the last line is the one that matters. */
  data: AlignedData
}

/** A minute of one quantity. Another theme or another number of lines is another chart. */
export function Chart(props: ChartProps) {
  return <Plot key={`${useTheme()} ${props.data.length} ${props.max}`} {...props} />
}

function Plot({ label, unit, max, isFilled = false, data }: ChartProps) {
  const box = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(undefined)
  const lines = data.length - 1

  useEffect(() => {
    if (!box.current) return undefined
    const chart = new uPlot(optionsFor(box.current, { unit, max, isFilled, lines }))
    plot.current = chart
    box.current.append(chart.root)
    const observer = new ResizeObserver(([entry]) => {
      const { width, height } = entry!.contentRect
      chart.setSize({ width, height })
    })
    observer.observe(box.current)
    return () => {
      observer.disconnect()
      chart.destroy()
    }
  }, [unit, max, isFilled, lines])

  useEffect(() => plot.current?.setData(data), [data])

  return <div ref={box} className="chart" role="img" aria-label={label} />
}

interface Look {
  unit: string
  max: number
  isFilled: boolean
  lines: number
}

function optionsFor(box: HTMLElement, { unit, max, isFilled, lines }: Look): Options {
  const style = getComputedStyle(box)
  const color = (name: string): string => style.getPropertyValue(name)
  const axis: Axis = {
    stroke: color('--ink-2'),
    font: `11px ${style.fontFamily}`,
    grid: { stroke: color('--line'), width: 1 },
    ticks: { stroke: color('--line'), size: 4, width: 1 },
  }
  const main = {
    stroke: color('--accent'),
    width: 2,
    fill: isFilled ? color('--wash') : undefined,
    points: { show: false },
  }
  const core = { stroke: color('--line-strong'), width: 1, alpha: 0.6, points: { show: false } }
  return {
    width: box.clientWidth,
    height: box.clientHeight,
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { range: (_, __, latest) => [latest - windowSize + 1, latest] },
      y: { range: [0, max] },
    },
    axes: [
      { ...axis, size: 28, space: 72, values: labels(clock) },
      { ...axis, size: 56, values: labels((tick) => `${tick} ${unit}`) },
    ],
    series: [{}, ...Array.from({ length: lines - 1 }, () => core), main],
  }
}

/** None before the first sample, when the scales mean nothing. */
function labels(write: (tick: number) => string) {
  return ({ data }: uPlot, ticks: number[]): string[] =>
    data[0].length === 0 ? [] : ticks.map(write)
}

function clock(seconds: number): string {
  return new Date(seconds * 1000).toLocaleTimeString('en-GB')
}
