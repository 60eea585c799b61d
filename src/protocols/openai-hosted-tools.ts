import { list, text, type Json } from './json.js'
import type { ToolCallPart } from './message.js'

/** A tool that the API runs, or asks whether it may. */
export interface HostedTool {
  name: string
  /** What it was asked, as JSON. */
  args: string
  /** What became of it, once its item is done. */
  outcome: Partial<ToolCallPart>
}

/** Some are xAI's. What else is called so has to be run by the page, in forms that none of ours has. */
const known =
  /^(web_search|x_search|file_search|code_interpreter|code_execution|view_\w+|mcp)_(call|approval_request)$/

/** What an item of the output says of such a tool; `undefined` for an item of another type. */
export function hostedToolIn(item: Json): HostedTool | undefined {
  const [, tool, kind] = known.exec(text(item?.type)) ?? []
  if (!item || !tool) return undefined
  const { id, action, queries, code, container_id: containerId, server_label: serverLabel } = item
  const approval = { id: text(id), serverLabel }
  return {
    name: text(item.name) || tool,
    args: text(item.arguments) || JSON.stringify(action ?? { queries, code, containerId }),
    outcome: kind === 'call' ? outcomeIn(item) : { state: 'approval', approval },
  }
}

function outcomeIn(item: NonNullable<Json>): Partial<ToolCallPart> {
  const { status, error } = item
  const result = item.output ?? item.outputs ?? item.results ?? undefined
  if (!error && text(status) !== 'failed') return { state: 'done', result }
  const words = list(error?.content).map((each) => text(each?.text))
  const said = text(error) || text(error?.message) || words.join('')
  return { state: 'error', result, error: said || 'The tool failed' }
}
