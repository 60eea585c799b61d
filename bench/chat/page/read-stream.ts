/** As the tutorials read it, with the fault mended that would lose what is cut between two chunks. */
export async function readTutorialStream(onToken: (token: string) => void): Promise<void> {
  const response = await fetch('/api/tutorial', { method: 'POST' })
  const reader = response.body!.getReader()
  const decoder = new TextDecoder()
  let buffer = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    const lines = (buffer + decoder.decode(value, { stream: true })).split('\n')
    buffer = lines.pop() ?? ''
    for (const line of lines) {
      if (!line.startsWith('data: ') || line === 'data: [DONE]') continue
      onToken((JSON.parse(line.slice(6)) as { content: string }).content)
    }
  }
}

/** Reading, decoding and nothing else: what no contender can go below. */
export async function readOnly(): Promise<number> {
  const response = await fetch('/api/tutorial', { method: 'POST' })
  const reader = response.body!.getReader()
  const decoder = new TextDecoder()
  let length = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return length
    length += decoder.decode(value, { stream: true }).length
  }
}
