import { createContext, use, useLayoutEffect, useState } from 'react'
import type { ReactNode } from 'react'
import { readStored, writeStored } from '../storage.js'
import { en } from './en.js'
import type { Dictionary } from './en.js'
import { zh } from './zh.js'

export type Language = 'en' | 'zh'

const dictionaries: Record<Language, Dictionary> = { en, zh }

interface LanguageContextValue {
  language: Language
  setLanguage(language: Language): void
}

const LanguageContext = createContext<LanguageContextValue>({ language: 'en', setLanguage() {} })

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(firstLanguage)
  useLayoutEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
    writeStored('language', language)
  }, [language])
  return <LanguageContext value={{ language, setLanguage }}>{children}</LanguageContext>
}

export function useLanguage(): LanguageContextValue {
  return use(LanguageContext)
}

/** The words of the page, in the visitor's language. */
export function useText(): Dictionary {
  return dictionaries[useLanguage().language]
}

function firstLanguage(): Language {
  const stored = readStored('language')
  if (stored === 'en' || stored === 'zh') return stored
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en'
}
