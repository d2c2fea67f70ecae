import { existsSync } from 'node:fs'
import { source as axe } from 'axe-core'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

/** Where Chromium is: CHROMIUM_PATH, else where Debian and others put it. Undefined where there is none. */
const executablePath = [
  process.env['CHROMIUM_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
].find((path) => path !== undefined && existsSync(path))

/** `describe` where there is a browser. Without one the tests are skipped with a line that says so; in CI they fail. */
export const describeInBrowser: jest.Describe = executablePath ? describe : without()

function without(): jest.Describe {
  const line = 'no Chromium was found: install it, or set CHROMIUM_PATH'
  if (process.env['CI'] === 'true') throw new Error(line)
  process.stderr.write(`The console is not tested in a browser: ${line}\n`)
  return describe.skip
}

export type TestBrowser = {
  /** A page whose errors are collected; its pages are closed with the browser. */
  open(options?: BrowserContextOptions): Promise<Page>
  /** What the pages reported in their consoles since the last call: errors, warnings and violations of the policy. */
  takeProblems(): readonly string[]
  close(): Promise<void>
}

export async function launchBrowser(): Promise<TestBrowser> {
  const browser: Browser = await chromium.launch({ ...(executablePath && { executablePath }) })
  let problems: string[] = []
  return {
    async open(options = {}) {
      const context = await browser.newContext(options)
      context.setDefaultTimeout(15_000)
      const page = await context.newPage()
      page.on('console', (message) => {
        if (message.type() !== 'log') problems.push(`${message.type()}: ${message.text()}`)
      })
      page.on('pageerror', ({ message }) => problems.push(message))
      return page
    },
    takeProblems() {
      const taken = problems
      problems = []
      return taken
    },
    close: () => browser.close(),
  }
}

/** What axe finds on the page, a line each; with `rule` only by this rule. Given as text, as our types are not those of a page. */
export async function findBarriers(page: Page, rule?: string): Promise<readonly string[]> {
  if ((await page.evaluate('typeof axe')) === 'undefined') await page.evaluate(axe)
  const options = rule === undefined ? {} : { runOnly: [rule] }
  return page.evaluate(`axe.run(document, ${JSON.stringify(options)}).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html)))`)
}

/** By how many pixels the page is wider than its window. */
export function overflowOf(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
}

/** The id of the element that has the keyboard. */
export function focusOf(page: Page): Promise<string> {
  return page.evaluate('document.activeElement.id')
}

/** Resolves once the page is scrolled as wanted. `waitForFunction` would evaluate text on the page, which its policy forbids. */
export async function untilScrolled(page: Page, isWanted: (y: number) => boolean): Promise<void> {
  while (!isWanted(await page.evaluate('scrollY')));
}
