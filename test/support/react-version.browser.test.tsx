import { version } from 'react'
import { version as domVersion } from 'react-dom'
import { expect, test } from 'vitest'

test('this project runs the React that it says', () => {
  const expected = new RegExp(`^${import.meta.env.REACT_MAJOR}\\.`)
  expect(version).toMatch(expected)
  expect(domVersion).toMatch(expected)
})
