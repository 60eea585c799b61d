// Several tabs with the same conversations, and whatever happens in them, at length.
import { testSchedules } from './chat-schedules/schedules.js'

testSchedules(3_000, 40)
