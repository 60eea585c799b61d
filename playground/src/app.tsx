import { useEffect, useLayoutEffect, useRef } from 'react'
import type { ComponentType } from 'react'
import { useText } from './language/language.js'
import { AdventurePage } from './pages/adventure/adventure-page.js'
import { DashboardPage } from './pages/dashboard/dashboard-page.js'
import { FaultsPage } from './pages/faults/faults-page.js'
import { FormatsPage } from './pages/formats/formats-page.js'
import { InstancesPage } from './pages/instances/instances-page.js'
import { StudioPage } from './pages/studio/studio-page.js'
import { usePage } from './routes.js'
import type { PageName } from './routes.js'
import { useKeptFocus } from './shell/kept-focus.js'
import { Rail } from './shell/rail.js'
import { WireStrip } from './wire/wire-strip.js'
import { wire } from './wire/wire.js'

const pages: Record<PageName, ComponentType> = {
  adventure: AdventurePage,
  studio: StudioPage,
  dashboard: DashboardPage,
  formats: FormatsPage,
  faults: FaultsPage,
  instances: InstancesPage,
}

export function App() {
  const page = usePage()
  const text = useText()
  const main = useRef<HTMLElement>(null)
  const shownPage = useRef(page)
  const title = text.nav[page]
  const Page = pages[page]
  useKeptFocus(main)

  useEffect(() => {
    document.title = `${title} · brooklet`
  }, [title])

  // A layout effect comes before the effects in which the page's hooks connect.
  useLayoutEffect(() => wire.enter(page), [page])

  // Whoever follows a link goes on reading at the new page.
  useEffect(() => {
    if (shownPage.current !== page) main.current?.focus()
    shownPage.current = page
  }, [page])

  return (
    <div className="shell">
      <a className="skip" href="#main">
        {text.skip}
      </a>
      <Rail page={page} />
      <div className="stage">
        <WireStrip />
        <main id="main" ref={main} tabIndex={-1}>
          <Page key={page} />
        </main>
      </div>
    </div>
  )
}
