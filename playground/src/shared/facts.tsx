import type { ReactNode } from 'react'

interface FactsProps {
  values: Record<string, ReactNode>
}

/** What is known of something; what is not known is left out. */
export function Facts({ values }: FactsProps) {
  return (
    <dl className="facts">
      {Object.entries(values).map(([name, value]) =>
        value === undefined || value === '' ? null : (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ),
      )}
    </dl>
  )
}
