import { addons } from 'storybook/manager-api'
import { themes } from 'storybook/theming'

addons.setConfig({
  // The steps that lead to the state that a story shows.
  selectedPanel: 'storybook/interactions/panel',
  // As roots they would be in capitals, which no hook's name is.
  sidebar: { showRoots: false },
  theme: { ...themes.normal, brandTitle: 'brooklet' },
})
