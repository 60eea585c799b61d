import { useStreamChat } from 'brooklet'
import { useEffect, useState } from 'react'
import { useText } from '../../language/language.js'
import { Readings } from '../../shared/readings.js'
import { chat } from './chat.js'

/** The snapshot of the hook as it is now. */
export function ChatReadings() {
  const { hookState, adventure: text } = useText()
  const { status, isLoading, messages, reply, streamingContent, error } = useStreamChat(chat)
  const model = useModel()
  return (
    <Readings
      title={hookState}
      values={[
        ['status', status],
        ['isLoading', String(isLoading)],
        ['messages', messages.length],
        [text.replyStatus, reply?.status ?? '–'],
        [text.characters, streamingContent.length],
        ['error', error?.code ?? '–'],
        [text.model, model === 'embedded' ? text.embedded : model],
      ]}
    />
  )
}

/** Which model answers. */
function useModel(): string {
  const [model, setModel] = useState('…')
  useEffect(() => {
    const controller = new AbortController()
    fetch('/api/chat/info', { signal: controller.signal })
      .then((response) => response.json() as Promise<{ model: string }>)
      .then((info) => setModel(info.model))
      .catch(() => {})
    return () => controller.abort()
  }, [])
  return model
}
