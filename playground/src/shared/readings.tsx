import type { ReactNode } from 'react'

/** Names and values, as an instrument shows them. */
export function Readings({
  title,
  values,
}: {
  title: string
  values: readonly (readonly [name: string, value: ReactNode])[]
}) {
  return (
    <section className="readings" aria-label={title}>
      <h2>{title}</h2>
      <dl>
        {values.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
