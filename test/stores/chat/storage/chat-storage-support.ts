import { afterEach, beforeEach, vi } from 'vitest'
import type { StreamError } from '../../../../src/errors.js'
import type { ChatMessage } from '../../../../src/protocols/message/message.js'
import { storeChat } from '../../../../src/stores/chat/storage/chat-storage.js'
import type { ChatOptions } from '../../../../src/stores/chat/chat-types.js'
import type { StorageOptions } from '../../../../src/stores/storage/storage.js'
import { settle } from '../../../support/clock.js'
import { delta, startChat, type TestChat } from '../chat-support.js'
import {
  createTestStorage,
  type TestStorage,
  type TestStorageOptions,
} from '../../storage/storage-support.js'
import type { Tab } from '../../storage/tabs-support.js'

/** Of a reply that can be had again. */
export const headers = { 'content-location': 'https://a.test/replies/7' }

/** Where the pages of the test that runs save their chats. */
export let storage: TestStorage

export function createStorage(options?: TestStorageOptions): void {
  storage = createTestStorage(options)
}

/** Begins each test of a file with an empty storage, in one tab of a browser without locks. */
export function storeInOneTab(): void {
  beforeEach(() => {
    createStorage()
    vi.stubGlobal('BroadcastChannel', undefined)
    vi.stubGlobal('navigator', undefined)
  })
  afterEach(() => void vi.unstubAllGlobals())
}

interface Page extends TestChat {
  stop(): void
  errors: StreamError[]
}

export function openPage(options?: ChatOptions, storing?: Partial<StorageOptions>): Page {
  const started = startChat({ url: 'https://a.test/chat', ...options })
  const errors: StreamError[] = []
  const stop = storeChat(
    started.chat,
    { key: 'chat', storage, onError: (error) => errors.push(error), ...storing },
    started.clock,
  )
  return { ...started, stop, errors }
}

/** A page that has had a turn. */
export async function hadTurn(page: Page, text = 'Hello', answer = 'Hi'): Promise<void> {
  const promise = page.chat.sendMessage(text)
  const call = await page.nextCall()
  await call.open({ headers })
  await call.send(delta(answer), '[DONE]')
  await promise
}

/** Leaves a turn in a slow storage, of a page that is gone. */
export async function saveTurn(): Promise<void> {
  createStorage({ isSlow: true })
  const before = openPage()
  await hadTurn(before)
  before.stop()
  await settle()
}

/** Lets a tab have a turn. */
export async function turn(tab: Tab, text: string, answer: string): Promise<void> {
  const promise = tab.chat.sendMessage(text)
  await settle()
  await tab.calls.at(-1)!.send(delta(answer), '[DONE]')
  await promise
}

export function texts({ chat }: Pick<TestChat, 'chat'>): string[] {
  return chat.getSnapshot().messages.map(({ content }) => content)
}

export function saved(): ChatMessage[] {
  return (
    JSON.parse(storage.values.get('chat') ?? '{"messages":[]}') as { messages: ChatMessage[] }
  ).messages
}

export function savedTexts(): string[] {
  return saved().map(({ content }) => content)
}
