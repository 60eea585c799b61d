import type { Environment } from '../../connection/environment.js'
import { StreamError } from '../../errors.js'
import { guard } from '../../guard.js'
import { hints } from '../../hints.js'
import { chain } from '../chain.js'
import { handedOver, handOver } from './handover.js'
import { createSavedNews } from './saved-news.js'
import type { KeyValueStorage, SavedText, StorageOptions } from './storage.js'

/** What is saved of a store, and how the versions of two tabs are merged. */
export interface SavedSource<Value> {
  version: number
  /** Reads what this version or an older one saved. Calls `complain` for what it has to leave out. */
  read(data: unknown, complain: (problem: string) => void): Value
  /** Returns the value as plain JSON, to which the version is added. */
  write(value: Value): object
  /**
   * Takes over what is stored; `undefined` if that cannot be read, or is what was read or written last.
   * Returns what is to be saved, if anything.
   */
  merge(stored: Value | undefined): Value | undefined
  /** Called when all that can be saved is saved. */
  onSaved?(): void
}

export interface SavedValue {
  /**
   * Reads what is stored, and listens to other tabs. Returns how to stop that, which saves what is not
   * saved yet; what changes later can still be saved.
   */
  start(): () => void
  /** The store has changed. Saves at once if urgent, or soon if saving takes long; else once a second. */
  save(isUrgent: boolean): void
  /** Saves at once what is not saved yet, because the page is left. */
  flush(): void
  isSaved(): boolean
  /** Takes over what other tabs have saved. A reading that has begun already is not repeated. */
  refresh(): void | Promise<void>
}

/** Milliseconds between two savings of what changes all the time, such as a reply. */
const interval = 1_000
/**
 * After a saving, the next one waits this many times as long as that took, so that saving takes at most a
 * tenth of the time, even if a thousand tasks end one after another.
 */
const pauseFactor = 10

/**
 * Keeps a store saved. Tabs tell each other of each saving, and each merges what it has with what is
 * stored: a tab whose changes were overwritten writes them again, unless it has been left since. So
 * `localStorage` needs no lock; none would help, because for a while a tab may read what another one has
 * replaced. A slow storage should have `update`.
 */
export function createSavedValue<Value>(
  { key, storage = () => localStorage, onError, onRestored }: StorageOptions,
  { version, read, write, merge, onSaved }: SavedSource<Value>,
  { now, delay, watchPage }: Environment,
): SavedValue {
  /** The storage, once there is one. */
  let made: KeyValueStorage | undefined
  /** What it held when it was last read or written. */
  let known: SavedText
  /**
   * What was written last and, if that was not the first time, what it replaced: it is not written over the
   * same again. A storage may return JSON in another order than it was given, and two tabs would correct
   * each other for ever.
   */
  let written: string | undefined
  let replaced: SavedText
  /** When to save what is not saved yet; `Infinity` if all is. */
  let dueAt = Infinity
  let savedAt = -Infinity
  /** Milliseconds for which the last saving blocked the page. */
  let cost = 0
  let cancelTimer: (() => void) | undefined
  /** The access to an asynchronous storage that is under way. */
  let running: Promise<void> | undefined
  /** Settles when the store before this one has saved all. */
  let predecessor: Promise<void> | undefined
  let isReported = false

  /** Merges with what is stored; with `isWriting`, saves the result if it differs. */
  function sync(isWriting: boolean): unknown {
    if (!made) {
      made = typeof storage === 'function' ? storage() : storage
      // `forgetChat` writes before it has read, and is not to wait: it would forget what others save now.
      if (!isWriting) predecessor = handedOver(made, key)
    }
    const place = made
    let beganAt: number
    let next: string | undefined

    /** Returns what is to be saved, if anything. */
    function take(text: SavedText): string | undefined {
      beganAt = now()
      const stored = text && text !== known ? parse(text) : undefined
      if (stored === null) return undefined
      // What somebody has deleted from the storage is not written again either, only what is new.
      if (!text && known) [written, replaced] = [known, text]
      known = text
      const value = merge(stored)
      if (!isWriting || value === undefined) return undefined
      const json = JSON.stringify({ version, ...write(value) })
      cost = now() - beganAt
      return json === text || (json === written && text === replaced) ? undefined : json
    }

    function access(): unknown {
      // In `localStorage`, what was saved as "update" is a property too.
      if (isWriting && typeof place.update === 'function') {
        return place.update(key, (text) => (next = take(text)) ?? text)
      }
      return chain(place.getItem(key), (text) => {
        next = take(text)
        if (!next) return undefined
        const result = place.setItem(key, next)
        cost = now() - beganAt
        return result
      })
    }

    return chain(chain(predecessor, access), () => {
      if (!next) return
      replaced = next === written ? known : undefined
      known = written = next
      isReported = false
      news.tell()
    })
  }

  /** `undefined` if it cannot be read; `null` if a later version wrote it, which must not be overwritten. */
  function parse(text: string): Value | null | undefined {
    try {
      const data = JSON.parse(text) as { version?: number } | null
      if (!(Number(data?.version) > version)) return read(data, complain)
      complain(
        `Expected "${key}" of version ${version} or older, it is of version ${data!.version}`,
      )
      return null
    } catch (cause) {
      complain(`Expected "${key}" as it was saved, it cannot be read: ${cause}`, cause)
      return undefined
    }
  }

  /** Calls `sync`, one at a time: what changes while a slow storage works is saved afterwards. */
  function run(isWriting: boolean): void | Promise<void> {
    if (running) {
      if (isWriting) dueAt = -Infinity
      return running
    }
    if (isWriting) {
      dueAt = Infinity
      savedAt = now()
    }
    try {
      const result = sync(isWriting)
      if (result instanceof Promise) return (running = result.catch(refused).then(onEnd))
    } catch (cause) {
      refused(cause)
    }
    onEnd()
  }

  function onEnd(): void {
    running = undefined
    schedule()
    if (isSaved()) onSaved?.()
  }

  function refused(cause: unknown): void {
    complain(`Expected to read and write "${key}", the storage refused: ${cause}`, cause)
  }

  function complain(message: string, cause?: unknown): void {
    if (isReported) return
    isReported = true
    const error = new StreamError('storage', message, { cause, hint: hints.storage })
    if (onError) guard(() => onError(error))
    else if (hints.storage) console.warn(error)
  }

  function save(isUrgent: boolean): void {
    const recovery = Math.min(interval, cost) * pauseFactor
    const pause = isUrgent ? Math.min(recovery, interval) : Math.max(recovery, interval)
    // The clock may have been set back since.
    dueAt = Math.min(dueAt, Math.min(savedAt, now()) + pause)
    schedule()
  }

  function schedule(): void {
    cancelTimer?.()
    const rest = dueAt - now()
    if (rest <= 0) void run(true)
    else if (rest < Infinity) cancelTimer = delay(flush, rest)
  }

  function flush(): void {
    if (dueAt < Infinity) void run(true)
  }

  function isSaved(): boolean {
    return dueAt === Infinity && !running
  }

  async function untilSaved(): Promise<void> {
    await running
    if (running) await untilSaved()
  }

  /** A page that slept has missed the news of other tabs. Then it saves its own, if anything is stored. */
  function catchUp(): void {
    void chain(run(false), () => {
      if (known) void run(true)
    })
  }

  /** A phone may kill a page that is hidden, and does not tell it. */
  function onVisibility(): void {
    if (document.hidden) flush()
  }

  const news = createSavedNews(key, () => void run(true))

  return {
    start() {
      const leaveNews = news.listen()
      const unwatchPage = watchPage((change) => {
        if (change === 'pagehide') flush()
        else catchUp()
      })
      globalThis.addEventListener?.('visibilitychange', onVisibility)
      void chain(run(false), () => onRestored?.())
      return () => {
        unwatchPage()
        globalThis.removeEventListener?.('visibilitychange', onVisibility)
        leaveNews()
        flush()
        if (running) handOver(made!, key, untilSaved())
      }
    },
    save,
    flush,
    isSaved,
    refresh: () => run(false),
  }
}
