import { StreamError } from '../errors.js'
import { timerDelay } from './timer.js'

/** Bytes that may wait for the reader before `write` makes its caller wait too. */
const room = 16_384
/** The most bytes in one chunk: small, so that a slow reader is seen to read within a large event, too. */
const largestChunk = 65_536

export interface BodyLimits {
  /** Bytes that may wait for a reader if the writer does not wait. */
  maxBuffer: number
  /** Milliseconds for which a reader may take nothing of what waits. */
  stallTimeout: number
}

/** A response's body, written with back-pressure. A reader that does not read is dropped. */
export interface Body {
  readonly stream: ReadableStream<Uint8Array>
  /** Aborts when the reader has left or is dropped. */
  readonly signal: AbortSignal
  /** Whether nothing has been written yet. */
  readonly isEmpty: boolean
  /** Whether a further write would not have to wait. */
  readonly hasRoom: boolean
  /** Resolves when there is room for more; rejects with `aborted` if the reader has left. */
  write(text: string): Promise<void>
  /** Ends the body once all that was written has been read. */
  end(): void
  /** The reader has left. */
  leave(): void
}

export function createBody({ maxBuffer, stallTimeout }: BodyLimits): Body {
  const left = new AbortController()
  const encoder = new TextEncoder()
  let controller!: ReadableStreamDefaultController<Uint8Array>
  let isOver = false
  let written = 0
  /** What a writer waits for while there is no room. */
  let waiting: Promise<void> | undefined
  let wake = (): void => {}
  let watch: ReturnType<typeof setInterval> | undefined

  const stream = new ReadableStream<Uint8Array>(
    {
      start: (given) => void (controller = given),
      pull() {
        wakeWriter()
        closeWhenRead()
      },
      cancel: () => stop(hasLeft()),
    },
    { highWaterMark: room, size: (chunk) => chunk.length },
  )

  function buffered(): number {
    return room - (controller.desiredSize ?? 0)
  }

  function closeWhenRead(): void {
    if (!isOver || buffered() > 0) return
    clearInterval(watch)
    controller.close()
  }

  /** Drops a reader that takes nothing. */
  function watchReader(): void {
    const taken = (): number => written - buffered()
    let before = taken()
    watch = setInterval(() => {
      if (taken() === before)
        drop(`Expected a reader that reads, nothing went for ${stallTimeout} ms`)
      else before = taken()
    }, timerDelay(stallTimeout))
  }

  function write(text: string): Promise<void> {
    if (isOver) return refused(left.signal.reason ?? hasEnded())
    if (buffered() > maxBuffer) {
      drop(`Expected a reader that keeps up, ${maxBuffer} bytes wait for this one`)
      return refused(left.signal.reason)
    }
    const bytes = encoder.encode(text)
    for (let start = 0; start < bytes.length; start += largestChunk) {
      controller.enqueue(bytes.subarray(start, start + largestChunk))
    }
    written += bytes.length
    return hasRoom() ? Promise.resolve() : roomAgain()
  }

  function hasRoom(): boolean {
    return buffered() < room
  }

  function roomAgain(): Promise<void> {
    if (waiting) return waiting
    watchReader()
    const woken = new Promise<void>((resolve) => (wake = resolve))
    return (waiting = unobserved(woken.then(() => left.signal.throwIfAborted())))
  }

  function wakeWriter(): void {
    if (!waiting) return
    clearInterval(watch)
    waiting = undefined
    wake()
  }

  function drop(message: string): void {
    const error = new StreamError('too-large', message)
    stop(error)
    controller.error(error)
  }

  function stop(reason: StreamError): void {
    clearInterval(watch)
    if (isOver) return
    isOver = true
    left.abort(reason)
    wakeWriter()
  }

  return {
    stream,
    signal: left.signal,
    get isEmpty() {
      return written === 0
    },
    get hasRoom() {
      return hasRoom()
    },
    write,
    end() {
      if (isOver) return
      isOver = true
      wakeWriter()
      watchReader()
      closeWhenRead()
    },
    leave() {
      stop(hasLeft())
      closeWhenRead()
    },
  }
}

function hasLeft(): StreamError {
  return new StreamError('aborted', 'The reader has left')
}

function hasEnded(): StreamError {
  return new StreamError('aborted', 'The stream has ended')
}

/** A caller that awaits it sees its rejection; one that does not is spared an unhandled one. */
function unobserved<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {})
  return promise
}

function refused(reason: StreamError): Promise<never> {
  return unobserved(Promise.reject(reason))
}
