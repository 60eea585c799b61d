/** What a page loads at once that imports these from `brooklet`. */
import { gzipSync } from 'node:zlib'
import { build, type Rolldown } from 'vite'
import { root } from './markdown.js'

export async function bundle(names: readonly string[]): Promise<string> {
  const page = 'virtual:page'
  const result = await build({
    configFile: false,
    logLevel: 'error',
    plugins: [
      {
        name: page,
        resolveId: (id) => (id === page ? id : undefined),
        load: (id) =>
          id === page ? `export { ${names.join(', ')} } from '${root}src/index.ts'` : undefined,
      },
    ],
    build: {
      write: false,
      minify: true,
      rolldownOptions: { input: page, external: ['react'], preserveEntrySignatures: 'strict' },
    },
  })
  const { output } = result as Rolldown.RolldownOutput
  const code = output.filter((file) => file.type === 'chunk' && !file.isDynamicEntry)
  return code.map((file) => ('code' in file ? file.code : '')).join('')
}

export const gzipped = (code: string): number => gzipSync(code, { level: 9 }).length
