// @vitest-environment jsdom
// Components that share a connection, at length.
import { testSharedEventSourceSchedules } from './use-event-source-share-schedules.js'

testSharedEventSourceSchedules(5_000)
