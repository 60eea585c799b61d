import type { Decorator, Preview } from '@storybook/react-vite'
import { StrictMode } from 'react'
import { configure } from 'storybook/test'
import '../stories/support/stories.css'

// The play functions are tests: on a busy machine a second passes before a state is there.
configure({ asyncUtilTimeout: 20_000 })

/** As users' pages run in development: effects twice. Light or dark as the toolbar says. */
const stage: Decorator = (Story, { globals, viewMode }) => (
  <StrictMode>
    <div
      className={viewMode === 'docs' ? 'stage' : 'stage full'}
      data-theme={String(globals.theme)}
    >
      <Story />
    </div>
  </StrictMode>
)

const preview: Preview = {
  decorators: [stage],
  globalTypes: {
    theme: {
      description: 'Colour scheme',
      toolbar: { icon: 'contrast', items: ['system', 'light', 'dark'], dynamicTitle: true },
    },
  },
  initialGlobals: { theme: 'system' },
  parameters: {
    a11y: { test: 'error' },
    layout: 'fullscreen',
    // The play functions lead to the states that the stories show.
    docs: { story: { autoplay: true } },
    options: {
      storySort: {
        order: [
          'useEventSource',
          ['States', 'Faults', '*'],
          'useStreamChat',
          ['States', 'Faults', 'Tutorial form', '*'],
          'useTaskManager',
          ['States', '*'],
        ],
      },
    },
  },
  tags: ['autodocs'],
}

export default preview
