import { testSharedEventSourceSchedules } from './use-event-source-share-schedules.js'

testSharedEventSourceSchedules(50)
