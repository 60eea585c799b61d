import { backendError, errorMessage } from './events/backend-error.js'
import { detectFormatOrJson } from './json/json-body.js'
import { list, text, textOrJson, type Json } from './json/json.js'
import { logLines, share } from './progress/progress-value.js'
import { readRecord } from './events/record.js'
import type { TaskProtocol, TaskReader, TaskUpdate } from './types.js'

/**
 * A request to an MCP server, most often `tools/call`, with a `progressToken` in `params._meta`: its
 * progress, its log, and its result as the server sends it. A tool that fails, or needs an answer
 * before it goes on, fails the task in its words. What the server asks in turn (sampling,
 * elicitation) is not answered.
 *
 * @param options.token Reads only the progress with this token, if several requests share a stream.
 *
 * @example
 * ```ts
 * import { createTaskManager } from 'brooklet/core'
 * import { mcpProgress } from 'brooklet/protocols'
 *
 * const tasks = createTaskManager({
 *   url: '/mcp',
 *   headers: { accept: 'application/json, text/event-stream' },
 *   body: ({ id, prompt: name }) => ({
 *     jsonrpc: '2.0',
 *     id,
 *     method: 'tools/call',
 *     params: { name, _meta: { progressToken: id } },
 *   }),
 *   protocol: mcpProgress(),
 * })
 * tasks.startTask('index')
 * ```
 */
export function mcpProgress({ token }: { token?: string | number | undefined } = {}): TaskProtocol {
  function readMessage(message: Json, data: string): TaskUpdate | void {
    const { method, params, result, error } = message ?? {}
    switch (text(method)) {
      case 'notifications/progress':
        if (token !== undefined && text(params?.progressToken) !== String(token)) return
        return {
          ...share(params?.progress, params?.total),
          stage: text(params?.message) || undefined,
        }
      case 'notifications/message':
        return { logs: logLines(textOrJson(params?.data)) }
      case '':
        if (error) return { error: backendError(data, text(error.message) || undefined) }
        return result === undefined ? undefined : finish(result, data)
    }
  }

  const reader: TaskReader = {
    read(event) {
      const messages = [readRecord(event)].flat()
      const updates = messages.map((message) => readMessage(message, event.data))
      const logs = updates.flatMap((update) => update?.logs ?? [])
      return Object.assign({}, ...updates, { logs }) as TaskUpdate
    },
  }
  return {
    detectFormat: detectFormatOrJson,
    // As Streamable HTTP says: a POST would call the tool once more.
    resume: { method: 'GET', body: undefined },
    reader: () => reader,
    errorMessage,
  }
}

/** Since version 2026-07-28 a result has a type: a tool may need an answer before it goes on. */
function finish(result: Json, data: string): TaskUpdate {
  const type = text(result?.resultType)
  const isUnfinished = type !== '' && type !== 'complete'
  if (!isUnfinished && !result?.isError) return { done: { result } }
  const said = list(result?.content).map((part) => text(part?.text))
  const asked = Object.values(result?.inputRequests ?? {}).map((each) =>
    text(each?.params?.message),
  )
  const told = [...said, ...asked].filter(Boolean).join('\n')
  return {
    result,
    error: backendError(data, told || (isUnfinished ? `The server says ${type}` : '')),
  }
}
