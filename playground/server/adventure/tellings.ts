import type { Language } from '../language.js'
import type { Telling } from './lines.js'
import { englishTelling } from './text-en.js'
import { chineseTelling } from './text-zh.js'

export const tellings: Record<Language, Telling> = { en: englishTelling, zh: chineseTelling }
