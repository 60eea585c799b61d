import type { MouseEvent } from 'react'
import { chooseLanguage, useLanguage, useText } from '../language/language.js'
import { navigate, pageNames, pathOf } from '../routes.js'
import type { PageName } from '../routes.js'
import { IconButton } from '../shared/icon-button.js'
import { Moon, PageIcon, Sun } from './icons.js'
import { chooseTheme, useTheme } from './theme.js'

export function Rail({ page }: { page: PageName }) {
  const text = useText()
  return (
    <header className="rail">
      <div className="brand">
        <img src="/icon.svg" alt="" width="32" height="32" />
        <div>
          <strong>brooklet</strong>
          <span className="brand-tagline">{text.tagline}</span>
        </div>
      </div>
      <nav className="rail-pages" aria-label={text.pages}>
        {pageNames.map((name) => (
          <a
            key={name}
            href={pathOf(name)}
            aria-current={name === page ? 'page' : undefined}
            onClick={(event) => follow(event, name)}
          >
            <PageIcon page={name} />
            <span>{text.nav[name]}</span>
          </a>
        ))}
      </nav>
      <Preferences />
    </header>
  )
}

function Preferences() {
  const text = useText()
  const isDark = useTheme() === 'dark'
  const otherLanguage = useLanguage() === 'en' ? 'zh' : 'en'
  return (
    <div className="preferences">
      <button
        type="button"
        className="button quiet"
        lang={otherLanguage === 'zh' ? 'zh-CN' : 'en'}
        onClick={() => chooseLanguage(otherLanguage)}
      >
        {text.otherLanguage}
      </button>
      <IconButton
        className="quiet"
        label={isDark ? text.toLight : text.toDark}
        onClick={() => chooseTheme(isDark ? 'light' : 'dark')}
      >
        {isDark ? <Sun /> : <Moon />}
      </IconButton>
    </div>
  )
}

/** A plain click changes the page without loading it; any other is the browser's. */
function follow(event: MouseEvent, page: PageName): void {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
  event.preventDefault()
  navigate(page)
}
