/** Where an API that keeps its answers streams one of them again, from its start. */
export function keptAnswerUrl(url: string, id: string): string {
  const [path, query] = url.split('?')
  return `${path}/${encodeURIComponent(id)}?${query ? `${query}&` : ''}stream=true`
}
