import type { IncomingMessage, ServerResponse } from 'node:http'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { allowOrigin } from '../http.js'
import { startObserved, writeApart } from './observed.js'

const recipe = '{"title": "Leek soup 🥬", "steps": ["Cut the leeks", "Cook them"]}'

/** What the model says, by what it is asked; `Wait` says half of it, and no more. */
const words: Record<string, string> = {
  Soup: `Here it is:\n\n\`\`\`json\n${recipe}\n\`\`\`\n`,
  Steps: '{"title": "No steps"}',
  Wait: recipe.slice(0, recipe.indexOf('s", "Cook')),
}

/** A model that writes recipes, a few characters at a time, as the tutorials' servers do. */
export default () => startObserved(answer)

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  allowOrigin(request, response)
  response.setHeader('content-type', 'text/event-stream')
  const { messages } = JSON.parse(await text(request)) as { messages: { content: string }[] }
  const asked = messages.at(-1)!.content
  const pieces = (words[asked] ?? '').match(/[^]{1,3}/gu) ?? []
  const events = pieces.map((content) => `data: ${JSON.stringify({ content })}\n\n`)
  await writeApart(response, events)
  if (asked === 'Wait') await once(response, 'close')
  else response.end('data: [DONE]\n\n')
}
