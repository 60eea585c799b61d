// Apart from the other pages: it counts what the server works on.
import './pages/studio-elsewhere.js'
import './pages/studio-queue.js'
import { startPlayground } from './support.js'

startPlayground()
