import { existsSync, mkdirSync, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium, type Page } from 'playwright-core'
import * as z from 'zod'
import { type DemoStack, startDemoStack } from '../cli/demo/stack.ts'
import type { StackInfo } from '../offline/stack-file.ts'
import { queueAgain } from '../operator/links/attach.ts'
import { openLinks } from '../operator/links/open-links.ts'
import { localDoor } from '../operator/samples/find-door.ts'
import { loadRecords, putRecord } from '../operator/samples/load-records.ts'
import { postSamples } from '../operator/samples/post-samples.ts'
import { findSamples } from '../operator/samples/samples.ts'
import { addFault, readRecords } from '../operator/samples/sandbox-control.ts'
import { stageOfStack } from '../operator/stage/local-stage.ts'
import { projectRoot } from '../operator/stage/project-root.ts'
import { waitUntilIdle } from '../operator/stage/wait-until-idle.ts'
import { inRunsOf } from '../support/in-parallel.ts'
import { writeSampleHistory } from './sample-history.ts'

/** `npm run screenshots`: takes the pictures of the console in docs/images, with sample traffic. Ids and times differ. */
const folder = join(projectRoot, 'docs/images')
const mostBytes = 150_000
const shownRecord = '701000000101'

type Picture = {
  readonly name: string
  readonly path: string
  /** Is on the page when it is ready. */
  readonly shows: string
  readonly colorScheme?: 'dark'
  readonly height?: number
}

const pictures: readonly Picture[] = [
  { name: 'console-overview', path: '/?range=1h', shows: '#ov-outcomes svg' },
  { name: 'console-record', path: `/find?q=${shownRecord}`, shows: '.steps' },
  { name: 'console-dead-letters', path: '/dead-letters', shows: '#dead-letters section.card' },
  { name: 'console-activity-dark', path: '/activity', shows: '#rows tr', colorScheme: 'dark', height: 680 },
]

function findChromium(): string {
  const folders = ['/usr/bin', ...(process.env['PATH'] ?? '').split(delimiter)]
  const names = ['chromium', 'chromium-browser', 'google-chrome']
  const candidates = names.flatMap((name) => folders.map((each) => join(each, name)))
  const found = process.env['CHROMIUM_PATH'] || candidates.find((path) => existsSync(path))
  if (!found) throw new Error('no Chromium: install it, or set CHROMIUM_PATH')
  return found
}

/** Sends samples, some of which become dead letters, then a few again with other data, and waits until they are synced. */
async function fill({ info }: DemoStack): Promise<void> {
  if (info.logFile !== undefined) writeSampleHistory(info.logFile, new Date())
  const samples = findSamples([join(projectRoot, 'events')])
  await loadRecords(samples, info)
  // A few at a time, as in real life: all at once would wait for each other.
  for (const some of inRunsOf(4, samples)) {
    await postSamples(some, localDoor(info))
    await settle(info)
  }
  await changeAndFail(info)
  await settle(info)
}

/** The record whose timeline is shown: changed in the CRM, while its provider loses the answer to the first call. */
async function changeAndFail(info: StackInfo): Promise<void> {
  const { notchpay, hubspot } = info.sandboxes
  if (!notchpay || !hubspot) return
  const record = (await readRecords(hubspot)).find(({ id }) => id === shownRecord)
  const properties = z.record(z.string(), z.string().nullable()).parse(record?.['properties'])
  await putRecord(
    hubspot,
    { ...record, properties: { ...properties, email: 'nouvelle@example.cm' } },
    'hubspot',
  )
  await addFault(notchpay, { effect: 'answer', status: 503, times: 1 })
  const stage = stageOfStack(info)
  const [link] = (await Array.fromAsync(openLinks(stage).listLinks())).filter(
    ({ ref }) => ref.recordId === shownRecord,
  )
  if (link) await queueAgain(link, stage)
  stage.sqs.destroy()
  stage.dynamodb.destroy()
}

async function settle(info: StackInfo): Promise<void> {
  const { sqs, dynamodb } = stageOfStack(info)
  await waitUntilIdle(sqs, info.changesQueueUrl, { withinMs: 8000, pollMs: 200 })
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
      viewport: { width: 1280, height: picture.height ?? 900 },
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
