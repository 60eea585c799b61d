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
      <div className="page-title">
        <h1>{title}</h1>
        {children ? <div className="actions">{children}</div> : null}
      </div>
      <p className="lead">{lead}</p>
    </header>
  )
}
