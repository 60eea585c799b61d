import type { ReactNode } from 'react'

/** What a hook returns, by name. What has no value is not shown. */
export function Readings({ values }: { values: Record<string, ReactNode> }) {
  return (
    <dl className="readings">
      {Object.entries(values).map(([name, value]) =>
        value === undefined || value === '' ? null : (
          <Reading key={name} name={name}>
            {typeof value === 'boolean' ? String(value) : value}
          </Reading>
        ),
      )}
    </dl>
  )
}

function Reading({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd data-testid={name}>{children}</dd>
    </>
  )
}
