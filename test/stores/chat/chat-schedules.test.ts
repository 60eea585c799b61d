// Several tabs with the same conversations, and whatever happens in them.
import { testSchedules } from './chat-schedules/schedules.js'

testSchedules(25, 25)
