import { useText } from '../../language/language.js'
import { formatBytes } from '../../numbers.js'
import { Chart } from './chart.js'
import type { Sample } from './metrics.js'

interface PanelProps {
  samples: readonly Sample[]
}

const gibibyte = 2 ** 30

export function CpuPanel({ samples }: PanelProps) {
  const text = useText().dashboard
  const last = samples.at(-1)
  const now = last ? `${last.cpu.toFixed(1)} %` : '–'
  const cores = last?.cores.length ?? 0
  const times = samples.map(({ at }) => at / 1000)
  const perCore = Array.from({ length: cores }, (_, core) =>
    samples.map((sample) => sample.cores[core] ?? null),
  )
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
        data={[times, ...perCore, samples.map(({ cpu }) => cpu)]}
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
        data={[
          samples.map(({ at }) => at / 1000),
          samples.map(({ memory }) => memory.used / gibibyte),
        ]}
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
