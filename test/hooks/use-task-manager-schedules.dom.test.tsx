// Components that come, go, hide and suspend, over managers of their own and one they share.
import { testSchedules } from './use-task-manager-schedules.js'

testSchedules(25)
