import { branchesOf } from '../../../../src/stores/chat/branches/chat-branches.js'
import type { ChatOptions } from '../../../../src/stores/chat/chat-types.js'
import { delta, startChat, type TestChat } from '../chat-support.js'

/** A chat with its branches. */
export function start(options?: ChatOptions) {
  const started = startChat(options)
  const { chat, nextCall } = started
  const branches = branchesOf(chat)

  /** Answers the reply that has been asked for. */
  async function answer(text: string): Promise<void> {
    await (await nextCall()).send(delta(text), '[DONE]')
  }
  async function say(content: string, reply: string): Promise<void> {
    void chat.sendMessage(content)
    await answer(reply)
  }
  const shown = () => chat.getSnapshot().messages.map(({ content }) => content)
  /** The id of the message that is shown and says this. */
  const idOf = (content: string) =>
    chat.getSnapshot().messages.find((message) => message.content === content)!.id
  /** `2/3` for each message that is shown. */
  const places = () =>
    chat.getSnapshot().messages.map(({ id }) => {
      const { index, count } = branches.getSnapshot().get(id)!
      return `${index + 1}/${count}`
    })
  return { ...started, branches, answer, say, shown, idOf, places }
}

/** The texts from the first message to each, in the order of the tree. */
export function paths({ chat }: Pick<TestChat, 'chat'>): string[] {
  const saved = branchesOf(chat).save().messages as {
    id: string
    parentId?: string
    content: string
  }[]
  const path = (id: string | undefined): string => {
    const message = saved.find((each) => each.id === id)
    return message ? `${path(message.parentId)}/${message.content}` : ''
  }
  return saved.map(({ id }) => path(id))
}
