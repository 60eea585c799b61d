// One configuration for the playground (`vite build`, and its server's middleware mode), for
// Storybook and for the tests.
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import type { Alias } from 'vite'
import type { Plugin, ViteUserConfig } from 'vitest/config'
import { defineConfig } from 'vitest/config'

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

/** `brooklet` and its entries, as users import them, from the sources. */
function ownEntries(): Alias[] {
  const { exports } = JSON.parse(readFileSync(path('package.json'), 'utf8')) as {
    exports: Record<string, string | { default: string }>
  }
  return Object.entries(exports).flatMap(([name, target]) => {
    if (typeof target === 'string') return []
    const source = target.default.replace('./dist/', './src/').replace(/\.js$/, '.ts')
    const entry = name === '.' ? 'brooklet' : `brooklet/${name.slice('./'.length)}`
    return [{ find: new RegExp(`^${entry}$`), replacement: path(source) }]
  })
}

const alias = ownEntries()

const playground: ViteUserConfig = {
  root: path('playground'),
  cacheDir: path('node_modules/.vite-playground'),
  plugins: [react()],
  resolve: { alias },
  build: { outDir: path('playground/dist'), emptyOutDir: true },
}

async function tests(): Promise<ViteUserConfig> {
  const [{ storybookTest }, { playwright }, { launchOptions }, { commands }] = await Promise.all([
    import('@storybook/addon-vitest/vitest-plugin'),
    import('@vitest/browser-playwright'),
    import('./scripts/find-chromium.js'),
    import('./test/support/commands.js'),
  ])

  // Filled in when a project that needs a browser is about to run: other projects need none.
  const launch: Partial<Awaited<ReturnType<typeof launchOptions>>> = {}
  let found: Promise<unknown> | undefined
  const chromium: Plugin = {
    name: 'brooklet:chromium',
    async configureVitest() {
      found ??= launchOptions().then((options) => Object.assign(launch, options))
      await found.catch((error: Error) => {
        console.error(error.message)
        process.exit(1)
      })
    },
  }
  // A fresh object for each project: Vitest writes into it.
  const browser = () => ({
    enabled: true,
    headless: true,
    screenshotFailures: false,
    provider: playwright({ launchOptions: launch }),
    instances: [{ browser: 'chromium' as const }],
    commands,
  })
  const dependencies = [
    'react',
    'react/jsx-runtime',
    'react/jsx-dev-runtime',
    'react-dom',
    'react-dom/client',
    'vitest-browser-react',
    'msw',
    'msw/browser',
    'fast-check',
  ]
  const inBrowser: ViteUserConfig = {
    plugins: [react(), chromium],
    publicDir: path('test/public'), // MSW's service worker
    optimizeDeps: { include: dependencies },
  }
  const inBrowserTests = ['test/**/*.browser.test.{ts,tsx}']
  const inBrowserLongTests = ['test/**/*.long.browser.test.{ts,tsx}']
  // Each file in a process or a page of its own would load all of it again, which takes as long as the tests.
  const isolate = false
  const shared = {
    // Vitest leaves a core to itself, of two as well.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Files share a process or a page: none may find what another has spied on.
    restoreMocks: true,
    // How long a test waits for what must come. The projects run side by side, and on two busy cores
    // seconds can pass before a server hears that its reader has gone, and a minute until a property has
    // been tried a thousand times.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000 } },
  }

  return {
    test: {
      passWithNoTests: true,
      coverage: {
        provider: 'v8',
        include: ['src/**/*.{ts,tsx}'],
        reporter: ['text-summary', 'html'],
      },
      projects: [
        {
          resolve: { alias },
          test: {
            name: 'node',
            isolate,
            ...shared,
            environment: 'node',
            include: ['test/**/*.test.{ts,tsx}'],
            exclude: ['**/*.{dom,browser,long}.test.{ts,tsx}', 'test/e2e/**'],
            typecheck: {
              enabled: true,
              include: ['test/**/*.test-d.{ts,tsx}'],
              tsconfig: path('test/types/tsconfig.types.json'),
              ignoreSourceErrors: true, // `npm run typecheck` reports those
            },
          },
        },
        {
          resolve: { alias },
          test: {
            name: 'dom',
            isolate,
            ...shared,
            environment: 'jsdom',
            include: ['test/**/*.dom.test.{ts,tsx}'],
            setupFiles: [path('test/support/setup-dom.ts')],
          },
        },
        {
          ...inBrowser,
          // As in an app that uses React Compiler; what it cannot compile is an error.
          plugins: [react({ compiler: { panicThreshold: 'all_errors' } }), chromium],
          optimizeDeps: { include: [...dependencies, 'react/compiler-runtime'] },
          resolve: { alias },
          test: {
            name: 'browser',
            isolate,
            setupFiles: [path('test/support/setup-browser.ts')],
            ...shared,
            include: inBrowserTests,
            exclude: inBrowserLongTests,
            env: { REACT_MAJOR: '19' },
            browser: browser(),
          },
        },
        {
          ...inBrowser,
          cacheDir: path('node_modules/.vite-react18'),
          resolve: {
            alias: [
              ...alias,
              { find: /^react(?=$|\/)/, replacement: 'react18' },
              { find: /^react-dom(?=$|\/)/, replacement: 'react-dom18' },
            ],
          },
          test: {
            name: 'long-browser-react18',
            isolate,
            setupFiles: [path('test/support/setup-browser.ts')],
            ...shared,
            include: inBrowserTests,
            // What servers send and tabs share does not depend on React.
            exclude: [...inBrowserLongTests, 'test/{connection,servers}/**'],
            env: { REACT_MAJOR: '18' },
            browser: browser(),
          },
        },
        {
          plugins: [storybookTest({ configDir: path('.storybook') }), chromium],
          cacheDir: path('node_modules/.vite-storybook'),
          resolve: { alias },
          test: { name: 'storybook', isolate, ...shared, browser: browser() },
        },
        {
          resolve: { alias },
          test: {
            name: 'e2e',
            isolate,
            environment: 'node',
            include: ['test/e2e/**/*.test.ts'],
            exclude: ['**/*.long.test.ts'],
            ...shared,
            sequence: { groupOrder: 1 }, // after the others: a second browser beside theirs is slow
          },
        },
        // What takes minutes, for `npm run test:long`.
        {
          resolve: { alias },
          test: {
            name: 'long',
            environment: 'node',
            include: ['test/**/*.long.test.ts'],
            fileParallelism: false, // heaps and delays are measured
            testTimeout: 600_000,
            hookTimeout: 120_000,
          },
        },
        {
          ...inBrowser,
          resolve: { alias },
          test: {
            name: 'long-browser',
            ...shared,
            include: inBrowserLongTests,
            env: { REACT_MAJOR: '19' },
            fileParallelism: false,
            testTimeout: 600_000,
            browser: browser(),
          },
        },
      ],
    },
  }
}

export default defineConfig(({ mode }) => (mode === 'test' ? tests() : playground))
