import { testTogether } from './chat-together/life.js'

testTogether(80, 60)
