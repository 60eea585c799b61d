import type { ChatMessage } from 'brooklet'
import { memo } from 'react'
import { Reply } from './reply.js'
import { Said } from './said.js'
import './message.css'

export interface MessageProps {
  message: ChatMessage
  /** Where it stands among those that were said in its place. */
  siblings: { index: number; count: number } | undefined
  /** Nothing is under way, so that another version may be asked for. */
  isQuiet: boolean
  isLast: boolean
}

/** Settled messages keep their identity, so only the one that streams renders. */
export const Message = memo(function Message(props: MessageProps) {
  return props.message.role === 'user' ? <Said {...props} /> : <Reply {...props} />
})
