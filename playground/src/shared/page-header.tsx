import type { ReactNode } from 'react'

export function PageHeader({
  title,
  lead,
  children,
}: {
  title: string
  lead: string
  children?: ReactNode
}) {
  return (
    <header className="page-header">
      <div>
        <h1>{title}</h1>
        <p className="lead">{lead}</p>
      </div>
      {children ? <div className="actions">{children}</div> : null}
    </header>
  )
}
