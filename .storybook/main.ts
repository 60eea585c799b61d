import type { StorybookConfig } from '@storybook/react-vite'

const config: StorybookConfig = {
  framework: '@storybook/react-vite',
  stories: ['../stories/**/*.stories.tsx'],
  addons: ['@storybook/addon-vitest', '@storybook/addon-a11y', '@storybook/addon-docs'],
  core: { disableTelemetry: true, disableWhatsNewNotifications: true },
  // Only the pages of the documents show it.
  typescript: { reactDocgen: process.env.VITEST ? false : 'react-docgen' },
  features: { sidebarOnboardingChecklist: false },
}

export default config
