import { useStreamChat } from 'brooklet'
import { useText } from '../../language/language.js'
import { Readings } from '../../shared/readings.js'
import { useGame } from './game.js'
import { routeOf } from './route.js'
import { backendOf, useSetup } from './setup.js'

/** The snapshot of the hook as it is now. */
export function ChatReadings() {
  const { hookState, adventure: text } = useText()
  const { chat } = useGame()
  const { status, isLoading, messages, reply, streamingContent, error } = useStreamChat(chat)
  const { inputTokens, outputTokens } = reply?.usage ?? {}
  const setup = useSetup()
  return (
    <Readings
      title={hookState}
      values={[
        ['status', status],
        ['isLoading', String(isLoading)],
        ['messages', messages.length],
        [text.replyStatus, reply?.status ?? '–'],
        [text.readings.finishReason, reply?.finishReason ?? '–'],
        [
          text.readings.usage,
          reply?.usage ? `${inputTokens ?? '–'} / ${outputTokens ?? '–'}` : '–',
        ],
        [text.characters, streamingContent.length],
        ['error', error?.code ?? '–'],
        [text.readings.protocol, routeOf(setup).label],
        [text.model, modelName()],
      ]}
    />
  )

  function modelName(): string {
    const backend = backendOf(setup)
    if (backend === 'playground') return text.embedded
    if (backend === 'model') return setup.serverModel ?? '–'
    return backend === 'ollama' ? setup.ollamaModel : setup.openaiModel
  }
}
