import { useText } from '../../language/language.js'
import { formatBytes } from '../../numbers.js'
import { Chart } from './chart.js'
import { linesOf } from './lines.js'
import type { Sample } from './metrics.js'

interface PanelProps {
  samples: readonly Sample[]
}

const gibibyte = 2 ** 30

export function CpuPanel({ samples }: PanelProps) {
  const text = useText().dashboard
  const last = samples.at(-1)
  const now = last ? `${last.cpu.toFixed(1)} %` : '–'
  const cores = last?.cores.map((_, core) => (sample: Sample) => sample.cores[core]) ?? []
  return (
    <figure className="panel">
      <figcaption>
        <span>{text.cpu}</span>
        <strong>{now}</strong>
      </figcaption>
      <Chart
        label={`${text.cpu}: ${now}`}
        unit="%"
        max={100}
        data={linesOf(samples, [...cores, ({ cpu }) => cpu])}
      />
      <ul className="cores" aria-label={text.cores}>
        {last?.cores.map((load, core) => (
          <li key={core}>
            <span className="faint">{text.core(core + 1)}</span> {load.toFixed(0)} %
          </li>
        ))}
      </ul>
    </figure>
  )
}

export function MemoryPanel({ samples }: PanelProps) {
  const text = useText().dashboard
  const last = samples.at(-1)
  const now = last ? formatBytes(last.memory.used) : '–'
  return (
    <figure className="panel">
      <figcaption>
        <span>{text.memory}</span>
        <strong>{now}</strong>
      </figcaption>
      <Chart
        label={`${text.memory}: ${now}`}
        unit="GB"
        isFilled
        max={last ? last.memory.total / gibibyte : 1}
        data={linesOf(samples, [({ memory }) => memory.used / gibibyte])}
      />
      <ul className="cores">
        <li>
          <span className="faint">{text.total}</span> {last ? formatBytes(last.memory.total) : '–'}
        </li>
        <li>
          <span className="faint">{text.server}</span> {last ? formatBytes(last.process.rss) : '–'}
        </li>
        <li>
          <span className="faint">{text.uptime}</span> {last ? text.seconds(last.uptime) : '–'}
        </li>
      </ul>
    </figure>
  )
}
