import { useChatTools } from 'brooklet'
import type { Chat, UseChatToolsResult } from 'brooklet'
import { createContext, use, useMemo } from 'react'
import type { ReactNode } from 'react'
import { chatOf, useGames } from './games.js'
import { tools } from './tools.js'

interface Game {
  chat: Chat
  tools: UseChatToolsResult
}

const GameContext = createContext<Game | undefined>(undefined)

/** The game that is shown, and the tools that its replies ask for. */
export function GameProvider({ children }: { children: ReactNode }) {
  const { current } = useGames()
  const chat = chatOf(current)
  const { isRunning, error, approve, deny, answer, stop } = useChatTools(chat, tools)
  const game = useMemo(
    () => ({ chat, tools: { isRunning, error, approve, deny, answer, stop } }),
    [chat, isRunning, error, approve, deny, answer, stop],
  )
  return <GameContext value={game}>{children}</GameContext>
}

export function useGame(): Game {
  return use(GameContext)!
}
