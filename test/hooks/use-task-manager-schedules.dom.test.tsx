// Components that come, go, hide and suspend, over managers of their own and one they share.
import { testTaskManagerSchedules } from './use-task-manager-schedules.js'

testTaskManagerSchedules(50)
