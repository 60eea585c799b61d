import { testChaos } from './chaos-schedules.js'

testChaos(5_000)
