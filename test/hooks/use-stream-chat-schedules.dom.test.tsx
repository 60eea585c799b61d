// Components that come, go, hide and suspend, over conversations of three kinds.
import { testSchedules } from './use-stream-chat-schedules.js'

testSchedules(25)
