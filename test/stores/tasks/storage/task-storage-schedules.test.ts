// Several tabs with the same tasks, and whatever happens in them.
import { testSchedules } from './task-storage-schedules.js'

testSchedules(30)
