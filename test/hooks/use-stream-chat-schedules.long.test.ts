// @vitest-environment jsdom
// Components that come, go, hide and suspend, over conversations of three kinds, at length.
import { testStreamChatSchedules } from './use-stream-chat-schedules.js'

testStreamChatSchedules(3_000)
