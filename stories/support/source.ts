const sources = import.meta.glob<string>('./*.tsx', {
  query: '?raw',
  import: 'default',
  eager: true,
})

/** Story parameters: "Show code" shows this file, and with it how the hook is used. */
export function showsSource(file: string): { docs: { source: { code: string; language: 'tsx' } } } {
  const code = sources[`./${file}`]
  if (code === undefined) throw new Error(`There is no stories/support/${file}`)
  return { docs: { source: { code, language: 'tsx' } } }
}
