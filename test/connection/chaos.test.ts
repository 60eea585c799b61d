import { testChaos } from './chaos-schedules.js'

testChaos(500)
