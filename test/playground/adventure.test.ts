import { describe, expect, test } from 'vitest'
import { parseCommands } from '../../playground/server/adventure/parse.js'
import { replay } from '../../playground/server/adventure/game.js'
import { pieces, tellReply } from '../../playground/server/adventure/tell.js'
import { canSee, score } from '../../playground/server/adventure/world.js'

const walkthroughs = {
  en: [
    'start',
    'go east',
    'read the note',
    'take the matches',
    'climb up',
    'get lamp',
    'light the lamp with the matches',
    'go down',
    'd',
    'pick up the oil can',
    'up',
    'go west, then west',
    'take the bread',
    'e',
    'north and then east',
    'talk to the old man',
    'give him the bread',
    'west',
    'south',
    'go to the mill',
    'go to the cellar',
    'use the key on the chest',
    'take the crank and the iron key from the chest',
    'up',
    'w',
    'n',
    'walk north',
    'unlock the gate with the iron key',
    'go north',
    'north',
    'oil the axle',
    'put the crank on the axle',
    'turn the crank',
  ],
  zh: [
    '开始',
    '向东走',
    '读一下字条',
    '拿火柴',
    '上楼',
    '拿灯',
    '用火柴点灯',
    '下楼',
    '往下走',
    '捡起油壶',
    '上去',
    '去西边，然后再往西',
    '拿面包',
    '回到院子',
    '去北边，再去东边',
    '和老人聊聊',
    '把面包给老人',
    '向西',
    '南',
    '进磨坊',
    '去地窖',
    '用铜钥匙打开箱子',
    '拿箱子里的摇把和铁钥匙',
    '上楼',
    '出去',
    '北',
    '去峡谷',
    '用铁钥匙开门',
    '进隧道',
    '继续往北走',
    '给轴上油',
    '把摇把装在轴上',
    '转动摇把',
  ],
}

describe('the adventure', () => {
  test.each(Object.entries(walkthroughs))('can be won in %s, with all points', (_, said) => {
    const { state, lines } = replay(said)
    expect(state.deeds).toContain('sluiceOpen')
    expect(score(state)).toBe(100)
    expect(lines.at(-1)).toEqual({ say: 'end', turns: state.turns, score: 100 })
  })

  test('tells the walkthrough in the language of the player, or the one asked for', () => {
    expect(tellReply(walkthroughs.en)).toContain('THE END')
    expect(tellReply(walkthroughs.zh)).toContain('剧终')
    expect(tellReply(walkthroughs.en, 'zh')).toContain('剧终')
    expect(tellReply([])).toContain('Mill yard')
    expect(tellReply(['开始', '123'])).toMatch(/[回合]/)
  })

  test('the hints alone lead to the end', () => {
    const asked = walkthroughs.en.flatMap((text) => [text, 'hint'])
    const hints = asked.map((_, index) => replay(asked.slice(0, index + 1)).lines.at(-1)!.say)
    for (const hint of [
      'hintMill',
      'hintLamp',
      'hintLight',
      'hintOil',
      'hintBread',
      'hintAngler',
    ]) {
      expect(hints).toContain(hint)
    }
    for (const hint of ['hintChest', 'hintGate', 'hintAxle', 'hintCrank', 'hintTurn']) {
      expect(hints).toContain(hint)
    }
  })

  test('the same history has the same reply, and every prefix a reply in both languages', () => {
    for (const said of Object.values(walkthroughs)) {
      said.forEach((_, index) => {
        const history = said.slice(0, index + 1)
        const reply = tellReply(history, 'zh')
        expect(tellReply(history, 'zh')).toBe(reply)
        expect(reply).not.toMatch(/undefined|\{\w+\}/)
      })
    }
  })

  test('locks, darkness and rust hold until they are dealt with', () => {
    expect(lastOf(['start', 'north', 'north', 'north'])).toContain('gateBars')
    expect(lastOf(['start', 'east', 'down'])).toContain('dark')
    expect(lastOf(['start', 'east', 'down', 'take the oil'])).toContain('darkHands')
    expect(lastOf(['start', 'n', 'n', 'open the gate'])).toContain('gateLocked')
    const unoiled = walkthroughs.en.filter((text) => text !== 'oil the axle')
    expect(lastOf(unoiled)).toContain('turnRusty')
    const bare = walkthroughs.en.filter((text) => text !== 'put the crank on the axle')
    expect(lastOf(bare)).toContain('turnBare')
    const lit = replay(walkthroughs.en.slice(0, 9)).state
    expect(lit.room).toBe('cellar')
    expect(canSee(lit)).toBe(true)
  })

  test('an unknown text is answered in the story, costs no turn and suggests something', () => {
    const { state, lines } = replay(['start', 'xyzzy plugh'])
    expect(state.turns).toBe(0)
    expect(lines.map(({ say }) => say)).toEqual(['unknown0', 'hintMill'])
    expect(lastOf(['开始', '天气真好啊'])).toContain('hintMill')
  })

  test('restarts, and after the end only looks', () => {
    expect(replay(['start', 'east', 'restart']).state.turns).toBe(0)
    expect(lastOf([...walkthroughs.en, 'south'])).toEqual(['finished'])
    expect(lastOf([...walkthroughs.zh, '重新开始'])).toContain('restarted')
  })

  test('a first message that is a command already is carried out', () => {
    expect(replay(['go to the mill']).state.room).toBe('mill')
    expect(lastOf(['go to the mill'])[0]).toBe('intro')
  })

  test.each([
    ['en', 'Mill', ['matches', 'note']],
    ['zh', '磨坊', ['火柴', '字条']],
  ] as const)('has a character sheet that is data, in %s', (language, place, carrying) => {
    const told = tellReply(['start', 'go east', 'take everything', 'character sheet'], language)
    const [, json] = /^```json\n([^]*)\n```$/.exec(told)!
    expect(JSON.parse(json!)).toEqual({ place, carrying, done: [], turns: 2, score: 0 })
  })

  function lastOf(said: readonly string[]): string[] {
    return replay(said).lines.map(({ say }) => say)
  }
})

describe('free text', () => {
  test.each([
    ['take the lamp', { verb: 'take', things: ['lamp'] }],
    ['把灯拿起来', { verb: 'take', things: ['lamp'] }],
    ['turn on the lamp', { verb: 'light', things: ['lamp'] }],
    ['put the lamp down', { verb: 'drop', things: ['lamp'] }],
    ['看看有什么东西', { verb: 'look', things: [] }],
    ['放下面包', { verb: 'drop', things: ['bread'] }],
    ['往北边走', { verb: 'go', direction: 'north' }],
    ['Go UPSTAIRS!', { verb: 'go', direction: 'up' }],
    ['ｎｏｒｔｈ', { verb: 'go', direction: 'north' }],
    ['用摇把', { verb: 'use', things: ['crank'] }],
    ['oil the shaft', { verb: 'oil' }],
    ['the handyman thinks', { verb: 'unknown' }],
    ['我有什么', { verb: 'inventory' }],
    ['i', { verb: 'inventory' }],
    ['skip a stone', { verb: 'skip' }],
    ['throw the lamp', { verb: 'drop', things: ['lamp'] }],
    ['打水漂', { verb: 'skip' }],
    ['my character sheet, with the score and what I carry', { verb: 'sheet' }],
    ['i want to go north', { verb: 'go', direction: 'north' }],
    ['该做什么', { verb: 'hint' }],
    ['', { verb: 'unknown' }],
  ])('%s', (text, command) => {
    expect(parseCommands(text)).toMatchObject([command])
  })

  test('several commands in one message, a few at most', () => {
    expect(parseCommands('take lamp and matches, then go down').map(({ verb }) => verb)).toEqual([
      'take',
      'go',
    ])
    expect(parseCommands('north. '.repeat(50))).toHaveLength(6)
  })
})

test('pieces join to the text and never split a character', () => {
  const text = 'A key. 一把钥匙🗝️在这里。\n\nEnd  of it '
  expect(pieces(text).join('')).toBe(text)
  // Throws for half a character.
  expect(pieces(text).map(encodeURIComponent)).not.toContain('')
  expect(pieces('一把钥匙')).toEqual(['一把', '钥匙'])
})
