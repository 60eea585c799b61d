/** What a page loads at once that imports these from `brooklet` and from `brooklet/protocols`. */
import { gzipSync } from 'node:zlib'
import { build, type Rolldown } from 'vite'
import { root } from './markdown.js'

export async function bundle(
  names: readonly string[],
  protocols: readonly string[] = [],
): Promise<string> {
  const page = 'virtual:page'
  const code = `
    export { ${names.join(', ')} } from '${root}src/index.ts'
    export { ${protocols.join(', ')} } from '${root}src/protocols/index.ts'`
  const result = await build({
    configFile: false,
    logLevel: 'error',
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
