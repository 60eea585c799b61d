import { useEffect, useState } from 'react'
import { Conversation, history } from './history.js'
import { readTutorialStream } from './read-stream.js'

/** The hook of the tutorials: a state update for every token. */
export function ByHand({ onDone }: { onDone(length: number): void }) {
  const [content, setContent] = useState('')
  useEffect(() => {
    let text = ''
    void readTutorialStream((token) => {
      text += token
      setContent((previous) => previous + token)
    }).then(() => onDone(text.length))
  }, [onDone])
  return <Conversation rows={history} replyLength={content.length} />
}
