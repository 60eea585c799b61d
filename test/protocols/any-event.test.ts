// Whatever a server sends.
import { testAnyEvents } from './any-event.js'

testAnyEvents(30)
