// Whatever a server sends, at length.
import { testAnyEvents } from './any-event.js'

testAnyEvents(1_000)
