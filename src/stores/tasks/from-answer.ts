import { connect } from '../../connection/connect.js'
import type { ConnectionRequest, RequestOptions } from '../../connection/types.js'
import { parseUrl } from '../../connection/url.js'
import { StreamError } from '../../errors.js'
import { poll } from './poll.js'
import { createTaskStart } from './task-start.js'
import type { TaskConnect, TaskStream } from './task-types.js'

/** Where a task's events are, and how they are asked for. */
export interface FromAnswerOptions extends RequestOptions {
  /**
   * Where the events of a task are, by the answer to the request that has started it. It may be
   * relative to what was asked. Default: the answer's `Location`. Where it throws, the task has failed.
   */
  url?(answer: Response): string | URL | Promise<string | URL>
  /**
   * For a URL that answers with how far the task is, and not with a stream: it is asked again so many
   * milliseconds after each answer. Each answer that differs from the one before is an event without a
   * name. Default: the URL is a stream.
   */
  pollInterval?: number
}

/**
 * For servers that answer the request of a task with a URL where its events are, as with a `201` or `202`
 * and its `Location`, or with the `urls.stream` of Replicate. That URL is asked by GET. When its stream
 * is lost it is asked again, by `Last-Event-ID` or from the start, and the request is not sent again.
 *
 * `headers`, `credentials`, `fetch` and `signal` are those of the task unless they are given here;
 * `headers` only where the URL has the same origin.
 *
 * @example
 * ```ts
 * import { createTaskManager, fromAnswer } from 'brooklet/core'
 *
 * const pictures = createTaskManager<string, { prompt: string }>({
 *   url: '/api/predictions',
 *   stream: fromAnswer({ url: async (answer) => (await answer.json()).urls.stream }),
 * })
 * ```
 */
export function fromAnswer(options: FromAnswerOptions = {}): TaskStream {
  return () => connectTo(options)
}

/** Where the events of a task are, once its answer has come. */
interface Followed {
  target: string
  /** It has another origin than the task: the task's headers are not for it. */
  isForeign: boolean
}

function connectTo({ url = location, pollInterval, ...own }: FromAnswerOptions): TaskConnect {
  return (request, sink, environment) => {
    let { target, isForeign } = (request.started ?? { target: '', isForeign: false }) as Followed
    let problem: StreamError | undefined

    async function read(answer: Response): Promise<void> {
      const asked = request.url()
      try {
        const given = String((await url(answer)) || '')
        if (!given) throw new Error('it has no URL')
        const base = parseUrl(answer.url || asked, globalThis.location?.href)
        // What is relative to nothing that is known is for a `fetch` of the user's own.
        target = parseUrl(given, base?.href)?.href ?? given
        isForeign = base !== undefined && new URL(target).origin !== base.origin
      } catch (cause) {
        const message = `Expected the answer of ${asked} to say where its task's events are: ${cause}`
        problem = new StreamError('protocol', message, { url: asked, cause })
      }
    }

    function options(): RequestOptions {
      const { headers, credentials, fetch, signal } = request.options()
      return { ...(!isForeign && { headers }), credentials, fetch, signal, ...own }
    }

    const toFollow: ConnectionRequest = { ...request, url: () => target, options }
    const stream = pollInterval
      ? poll(toFollow, sink, environment, pollInterval)
      : connect(toFollow, sink, environment)
    const start = createTaskStart(
      request,
      {
        ...sink,
        onOpen(response, format) {
          if (problem) return sink.onStatus('failed', { attempt: 0, error: problem })
          sink.onOpen(response, format)
          stream.open()
        },
      },
      environment,
      read,
    )

    return {
      open: () => (target ? stream.open() : start.open()),
      close() {
        start.close()
        stream.close()
      },
      get lastEventId() {
        return stream.lastEventId
      },
      get started() {
        return target && { target, isForeign }
      },
    }
  }
}

function location({ headers }: Response): string {
  return headers.get('location') ?? ''
}
