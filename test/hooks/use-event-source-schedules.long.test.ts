// @vitest-environment jsdom
// Components that come, go, hide, suspend and change what they ask for, at length.
import { testEventSourceSchedules } from './use-event-source-schedules.js'

testEventSourceSchedules(5_000)
