import { useText } from '../../language/language.js'
import { formatTime } from '../../numbers.js'
import type { Notice } from './notices.js'

export function NoticeList({ notices }: { notices: readonly Notice[] }) {
  const text = useText().dashboard
  if (notices.length === 0) return <p className="empty">{text.noNotices}</p>
  return (
    <ol className="notices" aria-label={text.notifications}>
      {notices.map(({ id, level, title, body, at }) => (
        <li key={id} data-level={level}>
          <strong>{title}</strong>
          <time dateTime={new Date(at).toISOString()}>{formatTime(at).slice(0, 8)}</time>
          <p>{body}</p>
        </li>
      ))}
    </ol>
  )
}
