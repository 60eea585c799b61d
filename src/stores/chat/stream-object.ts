import { defaultEnvironment, type Environment } from '../../connection/environment.js'
import { maxBody, StreamError } from '../../errors.js'
import type { ChatMessage } from '../../protocols/message/message.js'
import { buildChat } from './chat.js'
import type { ChatOptions, ChatSnapshot, MessageInput, UserInput } from './chat-types.js'
import { deriveStore } from '../derived-store.js'
import { createJsonFinder, type JsonFinder } from './json-finder.js'
import { isList, userInput } from './messages.js'
import type { Store } from '../publisher.js'
import { unobserved } from '../refuse.js'
import type { Retention } from '../retention.js'
import { validate, type InferredLast, type StandardSchema } from '../standard-schema.js'

/**
 * The schema of an object: a Standard Schema (of zod, valibot, arktype), or a function that returns the
 * object or throws.
 */
export type ObjectSchema<Output, Input = Output> =
  | (StandardSchema<Output> & {
      readonly '~standard': { readonly types?: { readonly input: Input } | undefined }
    })
  | ((value: unknown) => InferredLast<Output>)

/** The options of a stream object: its schema, and the options of a chat. */
export interface StreamObjectOptions<Output, Input = Output> extends Omit<
  ChatOptions,
  'id' | 'initialMessages'
> {
  /** Checks the object when it is complete. Its types are those of `object` and `result`. */
  schema: ObjectSchema<Output, Input>
}

/** An object that is still being received: any field may be missing, and any string incomplete. */
export type DeepPartial<Value> = Value extends string
  ? string
  : Value extends readonly (infer Item)[]
    ? readonly DeepPartial<Item>[]
    : Value extends object
      ? { readonly [Key in keyof Value]?: DeepPartial<Value[Key]> }
      : Value

/** A stream object at one moment. */
export interface StreamObjectSnapshot<Output, Input = Output> {
  /** The object as far as it has come, not checked by the schema: a model may write anything. */
  object: DeepPartial<Input> | undefined
  /** What the schema made of the object, once it is complete. */
  result: Output | undefined
  /** All that the model has written, with what is around the JSON. */
  text: string
  /** Whether the object is requested or being received. */
  isLoading: boolean
  /** What went wrong last; cleared by the next `submit`. Code `parse`: the text has no valid object. */
  error: StreamError | undefined
}

/** The actions of a stream object. The functions need no `this`, and stay the same. */
export interface StreamObjectActions<Output> {
  /**
   * Requests an object, sending only these messages. Resolves to what the schema made of the object.
   *
   * Rejects with the {@link StreamError} that made it fail: as `sendMessage` of a chat, with `parse` if
   * the text has no object that the schema accepts, and with `aborted` if `stop()` came before it was
   * complete. A rejection that nobody awaits is not reported as unhandled.
   */
  submit: (input: string | UserInput | readonly MessageInput[]) => Promise<Output>
  /** Ends the reply: what has come of the object is kept. */
  stop: () => void
}

/** Asks a model for an object, outside React: the store behind `useStreamObject`. */
export interface StreamObject<Output, Input = Output>
  extends
    Store<StreamObjectSnapshot<Output, Input>>,
    StreamObjectActions<Output>,
    Pick<Retention, 'retain'> {}

export interface ConfigurableStreamObject<Output, Input> extends StreamObject<Output, Input> {
  configure(options: StreamObjectOptions<Output, Input>): void
}

/** One reply, and the object in it. */
interface Reading<Output> {
  replyId: string
  /** What the finder has been given. */
  text: string
  finder: JsonFinder<Output>
  isOver?: boolean
  result?: Output
  error?: StreamError
}

/**
 * Requests objects that a model writes as JSON: typed and partial while they are received, checked at the
 * end. The messages go to `url` as those of a chat do, by any protocol. The JSON may be in a code fence,
 * or within prose.
 *
 * @example
 * ```ts
 * import { createStreamObject } from 'brooklet/core'
 * import { z } from 'zod'
 *
 * const schema = z.object({ title: z.string(), steps: z.array(z.string()) })
 * const recipe = createStreamObject({ schema, url: '/api/recipe' })
 * recipe.subscribe(() => console.log(recipe.getSnapshot().object?.title))
 * const { steps } = await recipe.submit('A soup of leeks, as JSON')
 * ```
 */
export function createStreamObject<Output, Input = Output>(
  options: StreamObjectOptions<Output, Input>,
  environment?: Environment,
): StreamObject<Output, Input> {
  return buildStreamObject(options, environment)
}

export function buildStreamObject<Output, Input>(
  given: StreamObjectOptions<Output, Input>,
  environment: Environment = defaultEnvironment,
): ConfigurableStreamObject<Output, Input> {
  let { schema } = given
  let reading: Reading<Output> | undefined
  const chat = buildChat(given, environment)
  const store = deriveStore(chat, look)

  function look({ reply, isLoading, error }: ChatSnapshot): StreamObjectSnapshot<Output, Input> {
    if (reply && reply.id !== reading?.replyId) reading = begin(reply.id)
    if (reply && reading) {
      read(reading, reply.content)
      if (!isLoading && !reading.isOver) settle(reading, reply)
    }
    return {
      object: reading?.finder.value() as DeepPartial<Input> | undefined,
      result: reading?.result,
      text: reading?.text ?? '',
      isLoading,
      error: error ?? (reply?.status === 'stopped' ? undefined : reading?.error),
    }
  }

  function begin(replyId: string): Reading<Output> {
    return { replyId, text: '', finder: createJsonFinder(accept) }
  }

  function accept(value: unknown): Output {
    return '~standard' in schema ? validate(schema, value) : schema(value)
  }

  function read(current: Reading<Output>, content: string): void {
    // Some backends replace what they have written.
    if (!content.startsWith(current.text)) Object.assign(current, begin(current.replyId))
    current.finder.push(content.slice(current.text.length))
    current.text = content
  }

  function settle(current: Reading<Output>, reply: ChatMessage): void {
    current.isOver = true
    try {
      if (reply.status !== 'error' && reply.status !== 'interrupted') {
        current.result = current.finder.found()
      }
    } catch (cause) {
      current.error = reply.status === 'stopped' ? stopped() : notAccepted(reply, cause)
    }
  }

  return {
    ...store,
    retain: chat.retain,
    stop: chat.stop,
    submit(input) {
      const turn = chat.sendMessage(isList(input) ? input : [{ role: 'user', ...userInput(input) }])
      // `sendMessage` has already published the reply, so `look` has begun to read it.
      const mine = reading
      return unobserved(turn.then(() => outcome(mine!)))
    },
    configure(options) {
      schema = options.schema
      chat.configure(options)
    },
  }
}

function outcome<Output>({ result, error }: Reading<Output>): Output {
  if (error) throw error
  return result as Output
}

function stopped(): StreamError {
  return new StreamError('aborted', 'The reply was stopped before the object was whole')
}

function notAccepted(
  { content, finishReason, metadata }: ChatMessage,
  cause: unknown,
): StreamError {
  const words = String(metadata?.refusal ?? (cause instanceof Error ? cause.message : cause))
  const limit = finishReason === 'length' ? '; the model came to its limit of length' : ''
  const message = `Expected JSON that the schema accepts: ${words}${limit}`
  return new StreamError('parse', message, { body: content.slice(0, maxBody), cause })
}
