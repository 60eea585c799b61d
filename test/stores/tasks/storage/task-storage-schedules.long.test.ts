// Several tabs with the same tasks, and whatever happens in them, at length.
import { testSchedules } from './task-storage-schedules.js'

testSchedules(2_000)
