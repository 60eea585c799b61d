// Several tabs with one stream, and whatever happens to them, at length.
import { testSchedules } from './tab-schedules.js'

testSchedules(10_000)
