import { setTimeout as wait } from 'node:timers/promises'
import { chatHandler } from '../../../src/server/chat-handler.js'
import { nodeHandler } from '../../../src/server/node/node-handler.js'
import { bundlePage } from '../../support/bundled-page.js'
import { allowOrigin, startHttp } from '../../support/http.js'

export interface StoredChatServer {
  url: string
  /** The method of every request for a reply. */
  requests: string[]
  /** Lets each reply rest in its middle, until the function that it returns is called. */
  rest(): () => void
  close(): Promise<void>
}

/** Every reply: so many words, which come one by one. */
export const words: string[] = Array.from({ length: 60 }, (_, index) => `word${index} `)
const middle = 'word30 '

/** Serves the page, at `/sandboxed` in a sandbox, and a chat that keeps its replies. */
export async function startStoredChatServer(): Promise<StoredChatServer> {
  const answersPage = await bundlePage('test/e2e/stored-chat/page.tsx')
  const requests: string[] = []
  let rested: Promise<void> | undefined
  const chat = nodeHandler(
    chatHandler({
      async *reply({ signal }) {
        for (const word of words) {
          if (signal.aborted) return
          yield word
          if (word === middle) await rested
          await wait(20)
        }
      },
    }),
  )

  const server = await startHttp((request, response) => {
    allowOrigin(request, response)
    if (request.method === 'OPTIONS') return void response.end()
    if (/^\/chat\b/.test(request.url!)) {
      requests.push(request.method!)
      return chat(request, response)
    }
    if (request.url!.startsWith('/sandboxed')) {
      response.setHeader('content-security-policy', 'sandbox allow-scripts')
      request.url = request.url!.replace('sandboxed', '')
    }
    answersPage(request, response)
  })

  function rest(): () => void {
    let goOn!: () => void
    rested = new Promise((resolve) => (goOn = resolve))
    return goOn
  }

  return { url: server.url, requests, rest, close: server.close }
}
