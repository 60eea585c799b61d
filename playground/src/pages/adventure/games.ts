/** The visitor's games: each a conversation that is kept, and goes on while another one is shown. */
import type { Chat } from 'brooklet'
import { branchesOf, createChat, storeChat } from 'brooklet/core'
import { createValue, useValue } from '../../shared/value.js'
import { readStored, watchStored, writeStored } from '../../storage.js'
import { wire } from '../../wire/wire.js'
import { protocolOf, routeOf } from './route.js'
import { currentSetup } from './setup.js'

export interface Games {
  numbers: readonly number[]
  current: number
}

const storedAs = 'adventure.games'

const games = createValue(readGames())
const chats = new Map<number, Chat>()

export function useGames(): Games {
  return useValue(games)
}

export function chatOf(number: number): Chat {
  const chat = chats.get(number) ?? openGame(number)
  chats.set(number, chat)
  return chat
}

export function showGame(current: number): void {
  change({ ...games.get(), current })
}

export function startGame(): void {
  const { numbers } = games.get()
  const current = Math.max(...numbers) + 1
  change({ numbers: [...numbers, current], current })
}

/** Its conversation is emptied, so that nothing of it is kept; the last game is only emptied. */
export function forgetGame(number: number): void {
  chatOf(number).clear()
  const numbers = games.get().numbers.filter((each) => each !== number)
  if (numbers.length > 0) change({ numbers, current: numbers.at(-1)! })
}

function openGame(number: number): Chat {
  const chat = createChat({
    id: `game-${number}`,
    fetch: wire.fetch('chat'),
    // Long enough for a wire that was cut to be whole again.
    retry: { attempts: 6 },
    // Read anew for each turn: the visitor may choose others meanwhile.
    get url() {
      return routeOf(currentSetup()).url
    },
    get protocol() {
      return protocolOf(currentSetup())
    },
  })
  // What was edited, or told again, is kept as well.
  branchesOf(chat)
  storeChat(chat, { key: `brooklet.adventure.game-${number}` })
  return chat
}

function change(next: Games): void {
  games.set(next)
  writeStored(storedAs, JSON.stringify(next))
}

// The same games in all tabs; which one is shown is a tab's own affair.
watchStored(storedAs, () => {
  const { numbers } = readGames()
  const { current } = games.get()
  games.set({ numbers, current: numbers.includes(current) ? current : numbers.at(-1)! })
})

function readGames(): Games {
  try {
    const { numbers, current } = JSON.parse(readStored(storedAs) ?? '') as Games
    if (numbers.length > 0 && numbers.every(Number.isInteger) && numbers.includes(current)) {
      return { numbers, current }
    }
  } catch {
    // None yet, or not ours.
  }
  return { numbers: [1], current: 1 }
}
