import type { ReactNode } from 'react'
import { Source } from './source.js'

interface PageHeaderProps {
  title: string
  /** The hook that the page is about. */
  hook: string
  lead: string
  children?: ReactNode
}

export function PageHeader({ title, hook, lead, children }: PageHeaderProps) {
  return (
    <header>
      <div className="page-title">
        <h1>{title}</h1>
        {children ? <div className="actions">{children}</div> : null}
      </div>
      <p className="lead">
        <code>{hook}</code> {lead}
      </p>
      <Source />
    </header>
  )
}
