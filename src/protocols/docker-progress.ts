import { backendError, errorMessage } from './events/backend-error.js'
import { readJson, text, type Json } from './json/json.js'
import { createLayers } from './progress/layers.js'
import { logLines, numeric, share } from './progress/progress-value.js'
import type { TaskProtocol, TaskReader, TaskUpdate } from './types.js'

/**
 * Docker's Engine API, also Podman's: pull, push, load and build. The progress of a pull or a push is
 * in bytes of the layers that are known, that of a build in steps. The result is the id of the image
 * that was built, the digest of one that was pushed, else `null`. The task has succeeded if the stream
 * ends without an error.
 *
 * @example
 * ```ts
 * import { createTaskManager } from 'brooklet/core'
 * import { dockerProgress } from 'brooklet/protocols'
 *
 * const pulls = createTaskManager({
 *   url: ({ prompt: image }) => `/docker/images/create?fromImage=${image}`,
 *   method: 'POST',
 *   protocol: dockerProgress(),
 * })
 * ```
 */
export function dockerProgress(): TaskProtocol {
  return { format: 'ndjson', reader, errorMessage }
}

const finished =
  /^(already exists|layer already exists|download complete|verifying|extracting|pull complete|pushed|mounted)/i

const announced = /^(pulling fs layer|waiting|preparing)$/i

function reader(): TaskReader {
  const layers = createLayers()
  let result: unknown = null
  let isBuild = false
  /** Whether something has come, and the last record was not cut in two. */
  let isWhole = false

  function readLayer(record: Json): TaskUpdate {
    const stage = text(record?.status)
    const id = text(record?.id)
    // In a build, a pull is part of a step: its layers do not count.
    if (isBuild) return { stage }
    if (announced.test(stage)) return { stage, ...layers.announce(id) }
    if (finished.test(stage)) return { stage, ...layers.finish(id) }
    const { current, total } = record?.progressDetail ?? {}
    // A layer that has just begun has no `current`; one of an unknown size has -1 for its total.
    if (!(numeric(total) > 0)) return { stage, indeterminate: numeric(current) > 0 || undefined }
    return { stage, ...layers.set(id, numeric(current) || 0, numeric(total)) }
  }

  /** Reads `Step 2/5 : RUN make`, or a piece of what the steps print. */
  function readBuild(stream: string): TaskUpdate {
    const [, step, steps] = /^Step (\d+)\/(\d+) :/.exec(stream) ?? []
    const logs = logLines(stream)
    isBuild ||= step !== undefined
    return step ? { ...share(step, steps), stage: logs[0], logs } : { logs }
  }

  return {
    read(event) {
      isWhole = false
      const record = readJson(event)
      isWhole = true
      const { error, errorDetail, aux, stream, status } = record ?? {}
      if (error || errorDetail) {
        const words = text(errorDetail?.message) || text(error)
        return { error: backendError(event.data, words) }
      }
      result = text(aux?.ID) || text(aux?.Digest) || result
      if (stream !== undefined) return readBuild(text(stream))
      if (status !== undefined) return readLayer(record)
    },
    end: () => (isWhole ? { done: { result } } : undefined),
  }
}
