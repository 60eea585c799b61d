import { useEventSource } from 'brooklet'
import type { StreamEvent } from 'brooklet'
import { useState } from 'react'
import { currentLanguage } from '../../language/language.js'
import { addToCount, nothingYet } from '../../shared/count.js'
import type { Count, CountValue } from '../../shared/count.js'
import { wire } from '../../wire/wire.js'

export interface Story {
  readonly text: string
  readonly count: Count
  /** The instance that writes it. */
  readonly writer?: string
  readonly end?: 'done' | 'lost'
}

interface Word extends CountValue {
  word: string
  writer: string
}

const fetchStory = wire.fetch('story')
const untold: Story = { text: '', count: nothingYet }

/** A story that one instance writes and another one serves. */
export function useStory() {
  const [url, setUrl] = useState<string>()
  const [server, setServer] = useState<string>()
  const stream = useEventSource<Word, Story>(url, {
    fetch: fetchStory,
    parse: 'json',
    initial: untold,
    reduce: addWord,
    closeOn: ['done', 'error'],
    retry: { minDelay: 300, maxDelay: 1000 },
    onClose: () => wire.close('story'),
    onOpen: ({ headers }) => setServer(headers.get('Playground-Instance') ?? undefined),
  })

  /** Resolves to whether it has begun. */
  async function tell(): Promise<boolean> {
    const next = `/api/instances/stories/${crypto.randomUUID()}`
    const url = `${next}?lang=${currentLanguage()}`
    const response = await fetch(url, { method: 'PUT' }).catch(() => undefined)
    if (response?.ok) setUrl(next)
    return response?.ok ?? false
  }

  const isTelling = url !== undefined && stream.status !== 'closed' && stream.status !== 'failed'
  return { stream, tell, isTelling, server: stream.status === 'open' ? server : undefined }
}

function addWord(story: Story, event: StreamEvent, value: Word): Story {
  if (event.type === 'done') return { ...story, end: 'done' }
  if (event.type === 'error') return { ...story, end: 'lost' }
  const { word, writer } = value
  return { text: story.text + word, count: addToCount(story.count, event, value), writer }
}
