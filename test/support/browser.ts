/** The Chromium that the tests in Node drive. */
import { chromium, type Browser } from 'playwright'
import { launchOptions } from '../../scripts/find-chromium.js'

let browser: Promise<Browser> | undefined

/** One for all test files of a process, with which it ends: each test has a context of its own. */
export function startBrowser(): Promise<Browser> {
  browser ??= launchOptions().then((options) => chromium.launch(options))
  return browser
}
