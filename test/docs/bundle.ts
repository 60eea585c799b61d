/** What a page loads at once that imports these from `brooklet` and from `brooklet/protocols`. */
import { gzipSync } from 'node:zlib'
import { build, type Rolldown } from 'vite'
import { root } from './markdown.js'

/** Each is built once, however many sizes are compared with it. */
const bundles = new Map<string, Promise<string>>()

export function bundle(
  names: readonly string[],
  protocols: readonly string[] = [],
): Promise<string> {
  const code = `
    export { ${names.join(', ')} } from '${root}src/index.ts'
    export { ${protocols.join(', ')} } from '${root}src/protocols/index.ts'`
  const made = bundles.get(code) ?? make(code)
  bundles.set(code, made)
  return made
}

async function make(code: string): Promise<string> {
  const page = 'virtual:page'
  const result = await build({
    configFile: false,
    logLevel: 'error',
    // Vite would take the test runner's mode, and keep the hints of a development build.
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [
      {
        name: page,
        resolveId: (id) => (id === page ? id : undefined),
        load: (id) => (id === page ? code : undefined),
      },
    ],
    build: {
      write: false,
      minify: true,
      rolldownOptions: { input: page, external: ['react'], preserveEntrySignatures: 'strict' },
    },
  })
  const { output } = result as Rolldown.RolldownOutput
  const chunks = output.filter((file) => file.type === 'chunk' && !file.isDynamicEntry)
  return chunks.map((file) => ('code' in file ? file.code : '')).join('')
}

export const gzipped = (code: string): number => gzipSync(code, { level: 9 }).length
