// @vitest-environment jsdom
// Components that come, go, hide and suspend, over managers of their own and one they share, at length.
import { testSchedules } from './use-task-manager-schedules.js'

testSchedules(3_000)
