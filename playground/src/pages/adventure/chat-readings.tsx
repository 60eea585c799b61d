import { useStreamChat } from 'brooklet'
import { useText } from '../../language/language.js'
import { Readings } from '../../shared/readings.js'
import { useGame } from './game.js'
import { backendOf, useSetup } from './setup.js'

/** The snapshot of the hook as it is now. */
export function ChatReadings() {
  const { hookState, adventure: text } = useText()
  const { chat } = useGame()
  const { status, isLoading, messages, reply, streamingContent, error } = useStreamChat(chat)
  const { inputTokens, outputTokens } = reply?.usage ?? {}
  const setup = useSetup()
  return (
    <section aria-label={hookState}>
      <h2>{hookState}</h2>
      <Readings
        values={{
          status,
          isLoading: String(isLoading),
          messages: messages.length,
          'reply.status': reply?.status,
          finishReason: reply?.finishReason,
          usage: reply?.usage && `${inputTokens ?? '–'} / ${outputTokens ?? '–'}`,
          [text.readings.characters]: streamingContent.length,
          error: error?.code,
          [text.readings.model]: modelName(),
        }}
      />
    </section>
  )

  function modelName(): string | undefined {
    const backend = backendOf(setup)
    if (backend === 'playground') return text.readings.embedded
    if (backend === 'model') return setup.serverModel
    return backend === 'ollama' ? setup.ollamaModel : setup.openaiModel
  }
}
