export type Language = 'en' | 'zh'

/** From a language tag such as `zh-CN`. */
export function languageFrom(tag: unknown): Language | undefined {
  if (typeof tag !== 'string') return undefined
  if (/^zh\b/i.test(tag)) return 'zh'
  return /^en\b/i.test(tag) ? 'en' : undefined
}

/** The language a text is written in; undefined for one without letters. */
export function languageOf(text: string): Language | undefined {
  if (/\p{Script=Han}/u.test(text)) return 'zh'
  return /\p{Letter}/u.test(text) ? 'en' : undefined
}
