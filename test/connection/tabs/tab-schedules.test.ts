// Several tabs with one stream, and whatever happens to them.
import { testSchedules } from './tab-schedules.js'

testSchedules(100)
