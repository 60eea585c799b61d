import type { ReactNode } from 'react'

interface ReadingsProps {
  values: Record<string, ReactNode>
}

/** Names and values, as an instrument shows them; a dash where there is no value. */
export function Readings({ values }: ReadingsProps) {
  return (
    <dl className="readings">
      {Object.entries(values).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value === undefined || value === '' ? '–' : value}</dd>
        </div>
      ))}
    </dl>
  )
}
