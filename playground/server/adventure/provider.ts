/**
 * A real model as game master: any OpenAI-compatible server. The key stays here; what the provider
 * says goes through with the key taken out.
 */
import { gameMaster } from '../../game-master.js'
import type { Environment } from '../environment.js'
import type { Language } from '../language.js'
import { PageError } from '../page-error.js'

/** As Chat Completions has them: what the page sent goes on to the model as it is. */
export interface ChatTurn {
  messages: readonly object[]
  tools?: readonly object[]
  language?: Language
}

export interface Provider {
  model: string
  /** Without credentials, fit to be shown. */
  host: string
  complete(turn: ChatTurn, signal: AbortSignal): Promise<Response>
}

/** Status and words for the page; never the key. */
export class ProviderError extends PageError {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

export function providerFrom(environment: Environment): Provider | undefined {
  const { OPENAI_BASE_URL: base, OPENAI_API_KEY: key, OPENAI_MODEL: model } = environment.variables
  if (!base && !key) return undefined
  const settings = {
    url: new URL(`${(base || 'https://api.openai.com/v1').replace(/\/+$/, '')}/chat/completions`),
    model: model || 'gpt-4o-mini',
    key: key || undefined,
  }
  return {
    model: settings.model,
    host: settings.url.host,
    complete: (turn, signal) => complete(environment.fetch, settings, turn, signal),
  }
}

interface Settings {
  url: URL
  model: string
  key?: string | undefined
}

async function complete(
  fetcher: typeof fetch,
  settings: Settings,
  turn: ChatTurn,
  signal: AbortSignal,
): Promise<Response> {
  const { url, model, key } = settings
  const system = { role: 'system', content: gameMaster(turn.language) }
  const request: RequestInit = {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      ...(key ? { Authorization: `Bearer ${key}` } : {}),
    },
    body: JSON.stringify({
      model,
      stream: true,
      messages: [system, ...turn.messages],
      tools: turn.tools,
    }),
    signal,
  }
  const response = await fetcher(url, request).catch(() => {
    throw new ProviderError(502, `The model server at ${url.host} could not be reached`)
  })
  if (!response.ok) throw new ProviderError(response.status, without(key, await wordsOf(response)))
  const type = response.headers.get('Content-Type') ?? 'none'
  if (type.startsWith('text/event-stream') && response.body) return response
  await response.body?.cancel()
  throw new ProviderError(502, `The model server answered ${type} instead of text/event-stream`)
}

/** The provider's own sentence, wherever it put it. */
async function wordsOf(response: Response): Promise<string> {
  const text = (await response.text().catch(() => '')).slice(0, 2000)
  try {
    const body = JSON.parse(text) as { error?: string | { message?: string }; message?: string }
    const said = typeof body.error === 'string' ? body.error : body.error?.message
    return said ?? body.message ?? text
  } catch {
    return text || `The model server answered ${response.status}`
  }
}

function without(key: string | undefined, text: string): string {
  return key ? text.replaceAll(key, '…') : text
}
