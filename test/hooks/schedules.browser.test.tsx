// The schedules of all hooks in Chromium: with React Compiler, and with React 18.
import { testSharedEventSourceSchedules } from './use-event-source-share-schedules.js'
import { testEventSourceSchedules } from './use-event-source-schedules.js'
import { testStreamChatSchedules } from './use-stream-chat-schedules.js'
import { testTaskManagerSchedules } from './use-task-manager-schedules.js'

testEventSourceSchedules(25)
testSharedEventSourceSchedules(25)
testStreamChatSchedules(25)
testTaskManagerSchedules(25)
