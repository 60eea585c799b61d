import { createValue, useValue } from '../shared/value.js'
import { readStored, writeStored } from '../storage.js'
import { en } from './en.js'
import type { Dictionary } from './en.js'
import { zh } from './zh.js'

export type Language = 'en' | 'zh'

const dictionaries: Record<Language, Dictionary> = { en, zh }
const tags: Record<Language, string> = { en: 'en', zh: 'zh-CN' }

const language = createValue(firstLanguage())
tellDocument()

export function useLanguage(): Language {
  return useValue(language)
}

/** The words of the page, in the visitor's language. */
export function useText(): Dictionary {
  return dictionaries[useLanguage()]
}

/** In which the server is asked to speak. */
export function currentLanguage(): Language {
  return language.get()
}

export function chooseLanguage(chosen: Language): void {
  writeStored('language', chosen)
  language.set(chosen)
  tellDocument()
}

function tellDocument(): void {
  document.documentElement.lang = tags[language.get()]
}

/** What the visitor chose, else what the browser prefers. */
function firstLanguage(): Language {
  const stored = readStored('language')
  if (stored === 'en' || stored === 'zh') return stored
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en'
}
