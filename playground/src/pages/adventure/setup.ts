/** Who tells the story, and in which protocol: the visitor's choice, kept without the key. */
import { createValue, useValue } from '../../shared/value.js'
import { readStored, writeStored } from '../../storage.js'
import { protocolNames } from './protocols.js'
import type { ProtocolName } from './protocols.js'

export type Backend = 'playground' | 'model' | 'ollama' | 'openai'

export interface Setup {
  /** None chosen: the server's model, where it has one. */
  backend?: Backend
  /** Of the playground itself; the other backends speak one. */
  protocol: ProtocolName
  ollamaModel: string
  baseUrl: string
  openaiModel: string
  /** In the memory of this page only. */
  key: string
  /** The model that the server is configured with. */
  serverModel?: string
}

const storedAs = 'adventure.setup'
const initial: Setup = {
  protocol: 'openaiChat',
  ollamaModel: 'qwen3',
  baseUrl: 'http://localhost:8080/v1',
  openaiModel: 'default',
  key: '',
}

const setup = createValue<Setup>({ ...initial, ...readSetup() })

export function useSetup(): Setup {
  return useValue(setup)
}

export function currentSetup(): Setup {
  return setup.get()
}

export function changeSetup(changed: Partial<Setup>): void {
  setup.set({ ...setup.get(), ...changed })
  const { key: _, serverModel: __, ...kept } = setup.get()
  writeStored(storedAs, JSON.stringify(kept))
}

export function backendOf({ backend, serverModel }: Setup): Backend {
  if (backend === 'model' || backend === undefined) return serverModel ? 'model' : 'playground'
  return backend
}

/** Asks the server once whether it has a model of its own. */
export async function askServerModel(): Promise<void> {
  const response = await fetch('/api/chat/info').catch(() => undefined)
  const info = (await response?.json().catch(() => undefined)) as { model?: string } | undefined
  if (info?.model && info.model !== 'embedded') changeSetup({ serverModel: info.model })
}

function readSetup(): Partial<Setup> {
  try {
    const stored = JSON.parse(readStored(storedAs) ?? '{}') as Partial<Setup>
    return stored.protocol && protocolNames.includes(stored.protocol) ? stored : {}
  } catch {
    return {}
  }
}
