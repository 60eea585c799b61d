/**
 * Where a browser has no proper locale, as on a server without one, `navigator.language` can be no
 * language tag at all (`en-US@posix`), and the chart library's first `Intl` call would end the page.
 */
try {
  Intl.getCanonicalLocales(navigator.language)
} catch {
  Object.defineProperty(navigator, 'language', { value: 'en-US' })
}
