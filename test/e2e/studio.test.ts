// Apart from the other pages: it counts what the server works on.
import './pages/studio.js'
import { startPlayground } from './support.js'

startPlayground()
