// @vitest-environment jsdom
// Components that come, go, hide and suspend, over managers of their own and one they share, at length.
import { testTaskManagerSchedules } from './use-task-manager-schedules.js'

testTaskManagerSchedules(3_000)
