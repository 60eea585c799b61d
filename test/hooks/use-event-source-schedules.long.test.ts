// @vitest-environment jsdom
// Components that come, go, hide, suspend and change what they ask for, at length.
import { testSchedules } from './use-event-source-schedules.js'

testSchedules(5_000)
