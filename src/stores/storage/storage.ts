import type { StreamError } from '../../errors.js'

/** `null` or `undefined` if nothing was saved. */
export type SavedText = string | null | undefined

/**
 * Stores text by key: `localStorage`, `sessionStorage`, React Native's AsyncStorage, `indexedDb()`, or an
 * object of your own.
 */
export interface KeyValueStorage {
  /** Returns what was saved under the key; `null` or `undefined` if nothing was. */
  getItem(key: string): SavedText | Promise<SavedText>
  /** Saves the value under the key. If this returns a promise, it is awaited. */
  setItem(key: string, value: string): unknown
  /**
   * Saves what `change` returns for what was saved, and nobody saves in between; if somebody has, `change`
   * may be called again. A storage that returns promises should have it if several tabs share it: else
   * one may overwrite what another has just saved, for good if that is left right then.
   */
  update?(key: string, change: (saved: SavedText) => SavedText): unknown
}

/** Where and under which key a chat or tasks are saved. */
export interface StorageOptions {
  /** Names what is saved. All pages of an origin that use the same key share it. */
  key: string
  /**
   * Where it is saved. Default `localStorage`. A function is called when the storage is first needed: if
   * the browser blocks storage, the mere expression `sessionStorage` throws.
   */
  storage?: KeyValueStorage | (() => KeyValueStorage) | undefined
  /**
   * Called when the storage is full or blocked, or cannot be read: once, until it works again. All else
   * goes on working. Without this handler, a development build warns in the console.
   */
  onError?: ((error: StreamError) => void) | undefined
  /** Called when what was saved is shown, or nothing was: at once, if the storage is synchronous. */
  onRestored?: (() => void) | undefined
}
