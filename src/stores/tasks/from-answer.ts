import { connect } from '../../connection/connect.js'
import type { ConnectionRequest, RequestOptions } from '../../connection/types.js'
import { hasOtherOrigin, parseUrl } from '../../connection/url.js'
import { StreamError } from '../../errors.js'
import { ownOptions } from './own-options.js'
import { poll } from './poll.js'
import { createTaskStart } from './task-start.js'
import type { TaskConnect } from './task-connection.js'
import type { TaskStream } from './task-types.js'

/** Where a task's events are, and how they are requested. */
export interface FromAnswerOptions extends RequestOptions {
  /**
   * Returns the URL of a task's events, given the response to the task's request. It may be relative to
   * the URL of that request. Default: the response's `Location`. If it throws, the task has failed.
   */
  url?: ((answer: Response) => string | URL | Promise<string | URL>) | undefined
  /**
   * For a URL that answers with the current state of the task, not with a stream: the milliseconds after
   * each response until it is requested again. Each body that differs from the one before is an event
   * without a name. Default: the URL is a stream.
   */
  pollInterval?: number | undefined
}

/**
 * For servers that answer the request of a task with the URL of its events: with a `201` or `202` and its
 * `Location`, or with Replicate's `urls.stream`. That URL is requested by GET. When its stream is lost it
 * is requested again, by `Last-Event-ID` or from the start; the request of the task is not sent again.
 *
 * `headers`, `credentials`, `fetch` and `signal` are those of the task unless they are given here;
 * `headers` only if the URL has the same origin.
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

/** Where the events of a task that has been started are. */
interface Followed {
  target: string
  /** It has another origin than the task's request, whose headers must not be sent there. */
  isForeign: boolean
}

function connectTo({ url = location, pollInterval, ...own }: FromAnswerOptions): TaskConnect {
  return (request, sink, environment) => {
    let { target = '', isForeign = false } = (request.started ?? {}) as Partial<Followed>
    let problem: StreamError | undefined

    async function read(answer: Response): Promise<void> {
      const asked = request.url()
      try {
        const given = String((await url(answer)) || '')
        if (!given) throw new Error('it has no URL')
        const base = parseUrl(answer.url || asked)
        // Without a base, a custom `fetch` has answered a relative URL, and can resolve this one too.
        target = parseUrl(given, base?.href)?.href ?? given
        isForeign = base !== undefined && hasOtherOrigin(new URL(target), asked, base)
      } catch (cause) {
        const message = `Expected the answer of ${asked} to say where its task's events are: ${cause}`
        problem = new StreamError('protocol', message, { url: asked, cause })
      }
    }

    function options(): RequestOptions {
      const ofTask = request.options()
      return ownOptions(own, isForeign ? { ...ofTask, headers: undefined } : ofTask)
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
