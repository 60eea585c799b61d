// Components that come, go, hide and suspend, over conversations of three kinds.
import { testStreamChatSchedules } from './use-stream-chat-schedules.js'

testStreamChatSchedules(50)
