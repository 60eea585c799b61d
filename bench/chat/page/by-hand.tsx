import { useEffect, useState } from 'react'
import type { Ask } from './ask.js'
import { Conversation, history } from './history.js'
import { readTutorialStream } from './read-stream.js'

/** The hook of the tutorials: a state update for every token. */
export function ByHand({ onReady }: { onReady(ask: Ask): void }) {
  const [content, setContent] = useState('')
  useEffect(
    () =>
      onReady(async () => {
        let length = 0
        setContent('')
        await readTutorialStream((token) => {
          length += token.length
          setContent((previous) => previous + token)
        })
        return length
      }),
    [onReady],
  )
  return <Conversation rows={history} replyLength={content.length} />
}
