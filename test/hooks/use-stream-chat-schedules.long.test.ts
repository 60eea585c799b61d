// @vitest-environment jsdom
// Components that come, go, hide and suspend, over conversations of three kinds, at length.
import { testSchedules } from './use-stream-chat-schedules.js'

testSchedules(3_000)
