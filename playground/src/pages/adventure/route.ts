/** Where the next turn goes, and in which protocol. */
import type { ChatProtocol } from 'brooklet/protocols'
import { ollama, openaiChat, withTools } from 'brooklet/protocols'
import { gameMaster } from '../../../game-master.js'
import { currentLanguage } from '../../language/language.js'
import { protocols } from './protocols.js'
import type { SpokenProtocol } from './protocols.js'
import { backendOf } from './setup.js'
import type { Setup } from './setup.js'
import { tools } from './tools.js'

export interface Route extends SpokenProtocol {
  url: string
}

export function routeOf(setup: Setup): Route {
  const lang = currentLanguage()
  switch (backendOf(setup)) {
    case 'playground': {
      const { protocol } = setup
      // What it recognises has to be something.
      const format = protocol === 'auto' ? 'tutorial' : protocol
      return { url: `/api/chat/${format}?lang=${lang}`, ...protocols[protocol] }
    }
    case 'model':
      return { url: `/api/chat?lang=${lang}`, ...protocols.openaiChat }
    case 'ollama':
      return {
        ...protocols.ollama,
        url: 'http://localhost:11434/api/chat',
        create: () => asGameMaster(ollama({ model: setup.ollamaModel })),
      }
    case 'openai': {
      const { baseUrl, openaiModel: model, key } = setup
      return {
        ...protocols.openaiChat,
        url: `${baseUrl.trim().replace(/\/+$/, '')}/chat/completions`,
        create: () => withKey(asGameMaster(openaiChat({ model })), key.trim()),
      }
    }
  }
}

/** With the tools that the page has, where its request has a place for them. */
export function protocolOf(setup: Setup): ChatProtocol {
  const { create, carries } = routeOf(setup)
  return carries.includes('tools') ? withTools(create(), tools) : create()
}

/** A model knows nothing of the game: each request tells it. */
function asGameMaster(protocol: ChatProtocol): ChatProtocol {
  const content = gameMaster(currentLanguage())
  const system = {
    id: 'system',
    role: 'system',
    status: 'complete',
    content,
    parts: [{ type: 'text', text: content }],
  } as const
  return {
    ...protocol,
    request: (turn) => protocol.request!({ ...turn, messages: [system, ...turn.messages] }),
  }
}

/** The key goes with this request alone, whatever is chosen for the next one. */
function withKey(protocol: ChatProtocol, key: string): ChatProtocol {
  if (key === '') return protocol
  const headers = { authorization: `Bearer ${key}` }
  return { ...protocol, request: (turn) => ({ ...protocol.request!(turn), headers }) }
}
