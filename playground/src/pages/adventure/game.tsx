import { useChatTools } from 'brooklet'
import type { Chat, ChatToolsActions } from 'brooklet'
import { createContext, use, useMemo } from 'react'
import type { ReactNode } from 'react'
import { chatOf, useGames } from './games.js'
import { tools } from './tools.js'

interface Game extends Pick<ChatToolsActions, 'approve' | 'deny' | 'stop'> {
  chat: Chat
}

const GameContext = createContext<Game | undefined>(undefined)

/** The game that is shown, and the tools that its replies ask for. */
export function GameProvider({ children }: { children: ReactNode }) {
  const { current } = useGames()
  const chat = chatOf(current)
  const { approve, deny, stop } = useChatTools(chat, tools)
  const game = useMemo(() => ({ chat, approve, deny, stop }), [chat, approve, deny, stop])
  return <GameContext value={game}>{children}</GameContext>
}

export function useGame(): Game {
  return use(GameContext)!
}
