import { useLanguage, useText } from '../../language/language.js'
import type { Language } from '../../language/language.js'
import { Connection } from '../../shared/connection.js'
import { PageHeader } from '../../shared/page-header.js'
import { CpuPanel, MemoryPanel } from './panels.js'
import { useMetrics } from './metrics.js'
import { NoticeList } from './notice-list.js'
import { useNotices } from './notices.js'
import './dashboard.css'

export function DashboardPage() {
  const text = useText().dashboard
  const language = useLanguage()
  const metrics = useMetrics()
  return (
    <div className="stack">
      <PageHeader title={text.title} hook="useEventSource" lead={text.lead} />
      <div className="page-columns">
        <div className="stack">
          <CpuPanel samples={metrics.data} />
          <MemoryPanel samples={metrics.data} />
        </div>
        <div className="stack">
          <Connection title={text.metrics} stream={metrics} />
          <Notifications key={language} language={language} />
        </div>
      </div>
    </div>
  )
}

function Notifications({ language }: { language: Language }) {
  const text = useText().dashboard
  const notices = useNotices(language)
  return (
    <>
      <Connection title={text.notifications} stream={notices} />
      <NoticeList notices={notices.data} />
    </>
  )
}
