import { useEventSource } from 'brooklet'
import type { StreamEvent } from 'brooklet'
import { useEffect, useState } from 'react'
import type { Language } from '../../language/language.js'
import { readStored, writeStored } from '../../storage.js'
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

/**
 * The newest first. What has come is kept over a reload, and the stream goes on after its last one, so
 * that nothing that happened meanwhile is missing. Each language is a stream of its own.
 */
export function useNotices(language: Language) {
  const [kept] = useState(() => readKept(language))
  const stream = useEventSource<Notice, readonly Notice[]>(
    `/api/notifications?replay=10&lang=${language}`,
    {
      fetch: fetchNotices,
      parse: 'json',
      lastEventId: kept.at(0)?.id.toString(),
      initial: kept,
      reduce: addNotice,
      onClose: () => wire.close('notifications'),
    },
  )
  const { data } = stream
  useEffect(() => writeStored(`notices.${language}`, JSON.stringify(data)), [language, data])
  return stream
}

function addNotice(notices: readonly Notice[], { type }: StreamEvent, notice: Notice) {
  return type === 'notification' ? [notice, ...notices].slice(0, maxNotices) : notices
}

function readKept(language: Language): readonly Notice[] {
  try {
    const kept: unknown = JSON.parse(readStored(`notices.${language}`) ?? '[]')
    return Array.isArray(kept) ? kept.filter(isNotice) : []
  } catch {
    return []
  }
}

function isNotice(value: unknown): value is Notice {
  const { id, at, title } = (value ?? {}) as Partial<Record<string, unknown>>
  return typeof id === 'number' && typeof at === 'number' && typeof title === 'string'
}
