import { existsSync, mkdirSync, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium, type Page } from 'playwright-core'
import { type DemoStack, startDemoStack } from '../cli/demo/stack.ts'
import { localDoor } from '../operator/samples/find-door.ts'
import { loadRecords } from '../operator/samples/load-records.ts'
import { postSamples } from '../operator/samples/post-samples.ts'
import { findSamples } from '../operator/samples/samples.ts'
import { stageOfStack } from '../operator/stage/local-stage.ts'
import { projectRoot } from '../operator/stage/project-root.ts'
import { waitUntilIdle } from '../operator/stage/wait-until-idle.ts'

/** `npm run screenshots`: takes the pictures of the console in docs/images, with sample traffic. Ids and times differ. */
const folder = join(projectRoot, 'docs/images')
const mostBytes = 200_000

type Picture = {
  readonly name: string
  readonly path: string
  /** Is on the page when it is ready. */
  readonly shows: string
  readonly colorScheme?: 'dark'
}

const pictures: readonly Picture[] = [
  { name: 'console-overview', path: '/', shows: '#ov-outcomes svg' },
  { name: 'console-record', path: '/find?q=701000000101', shows: '.steps' },
  { name: 'console-dead-letters', path: '/dead-letters', shows: '#dead-letters section.card' },
  { name: 'console-activity-dark', path: '/activity', shows: '#rows tr', colorScheme: 'dark' },
]

function findChromium(): string {
  const folders = ['/usr/bin', ...(process.env['PATH'] ?? '').split(delimiter)]
  const names = ['chromium', 'chromium-browser', 'google-chrome']
  const candidates = names.flatMap((name) => folders.map((each) => join(each, name)))
  const found = process.env['CHROMIUM_PATH'] || candidates.find((path) => existsSync(path))
  if (!found) throw new Error('no Chromium: install it, or set CHROMIUM_PATH')
  return found
}

/** Sends all samples, some of which become dead letters, and waits until they are synced. */
async function fill({ info }: DemoStack): Promise<void> {
  const samples = findSamples([join(projectRoot, 'events')])
  await loadRecords(samples, info)
  await postSamples(samples, localDoor(info))
  const { sqs, dynamodb } = stageOfStack(info)
  await waitUntilIdle(sqs, info.changesQueueUrl, { withinMs: 10_000, pollMs: 200 })
  sqs.destroy()
  dynamodb.destroy()
}

async function take(page: Page, { name, shows }: Picture, url: string): Promise<void> {
  await page.goto(url)
  await page.locator(shows).first().waitFor()
  await page.evaluate('document.fonts.ready')
  const file = join(folder, `${name}.png`)
  await page.screenshot({ path: file, animations: 'disabled' })
  const { size } = statSync(file)
  if (size > mostBytes) throw new Error(`docs/images/${name}.png: ${size} bytes, more than ${mostBytes}`)
  process.stdout.write(`wrote docs/images/${name}.png (${Math.ceil(size / 1000)} kB)\n`)
}

const executablePath = findChromium()
mkdirSync(folder, { recursive: true })
const stack = await startDemoStack({ verbose: false })
try {
  const origin = /^console: (\S+)$/m.exec(stack.log())?.[1]
  if (!origin) throw new Error('the stack did not print where its console is')
  await fill(stack)
  const browser = await chromium.launch({ executablePath })
  for (const picture of pictures) {
    const page = await browser.newPage({
      viewport: { width: 1280, height: 900 },
      deviceScaleFactor: 1,
      colorScheme: picture.colorScheme ?? 'light',
    })
    await take(page, picture, new URL(picture.path, origin).href)
    await page.close()
  }
  await browser.close()
} finally {
  await stack.stop()
}
