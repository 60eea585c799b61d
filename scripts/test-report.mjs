// What `.ci/run` says of a test run: prints how many tests passed and failed, and appends to a file which ones
// failed or needed another try.
import { appendFileSync, readFileSync } from 'node:fs'

const [report, troubles] = process.argv.slice(2)
const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'))

for (const { name, status, message, assertionResults } of testResults) {
  if (status === 'failed' && message) note('Failed to run', name, message)
  for (const { fullName, status: result, failureMessages } of assertionResults) {
    if (!failureMessages?.length) continue
    const verdict = result === 'failed' ? 'Failed' : 'Passed at another try'
    note(verdict, `${name}: ${fullName}`, failureMessages.join('\n'))
  }
}
console.log(numPassedTests, numFailedTests)

/** @param {string} verdict @param {string} what @param {string} why */
function note(verdict, what, why) {
  appendFileSync(
    troubles,
    `${verdict}: ${what}\n${why
      .split('\n')
      .filter((line) => !line.includes('node_modules'))
      .slice(0, 12)
      .join('\n')}\n`,
  )
}
