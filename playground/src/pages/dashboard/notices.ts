import { useEventSource } from 'brooklet'
import type { StreamEvent } from 'brooklet'
import type { Language } from '../../language/language.js'
import { wire } from '../../wire/wire.js'

export interface Notice {
  id: number
  level: 'info' | 'success' | 'warning'
  title: string
  body: string
  at: number
}

const maxNotices = 30
const fetchNotices = wire.fetch('notifications')

/** The newest first. Another language is another URL, and so another stream. */
export function useNotices(language: Language) {
  return useEventSource<Notice, readonly Notice[]>(
    `/api/notifications?replay=10&lang=${language}`,
    { fetch: fetchNotices, parse: 'json', initial: [], reduce: addNotice },
  )
}

function addNotice(notices: readonly Notice[], { type }: StreamEvent, notice: Notice) {
  return type === 'notification' ? [notice, ...notices].slice(0, maxNotices) : notices
}
