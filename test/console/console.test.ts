import type { Page } from 'playwright-core'
import {
  describeInBrowser,
  findBarriers,
  focusOf,
  launchBrowser,
  overflowOf,
  type TestBrowser,
  untilScrolled,
} from './a-browser.ts'
import { type RunningConsole, startRunningConsole } from './a-running-console.ts'

let running: RunningConsole
let browser: TestBrowser
let page: Page

const account = '48213377'
const undecided = (recordId: string) =>
  ({ source: 'hubspot', account, recordType: 'contact', recordId }) as const

describeInBrowser('the console of a running stack', () => {
  beforeAll(async () => {
    ;[running, browser] = await Promise.all([startRunningConsole(), launchBrowser()])
    await running.send('hubspot', 'standard-webhooks')
    const candidates = await running.customerIds()
    await running.saveUndecided(undecided('900001'), candidates.slice(0, 2))
    await running.saveUndecided(undecided('900002'), candidates.slice(0, 2))
    page = await browser.open({ reducedMotion: 'reduce' })
  })
  afterAll(async () => {
    await browser?.close()
    await running?.close()
  })
  afterEach(() => expect(browser.takeProblems()).toEqual([]))

  const visit = (path: string, on = page) => on.goto(`${running.url}${path}`)

  const views = [
    ['/', 'Overview'],
    ['/activity', 'Activity'],
    ['/links', 'Links'],
    ['/links?state=merged', 'Links'],
    ['/decisions', 'Decisions'],
    ['/dead-letters', 'Dead letters'],
    ['/jobs', 'Jobs'],
    ['/try-it', 'Try it'],
    ['/try-it/records', 'Try it'],
    ['/try-it/faults', 'Try it'],
    ['/try-it/requests', 'Try it'],
    ['/find?q=701000000101', 'contact 701000000101'],
    ['/find?q=nobody', 'Results for nobody'],
  ] as const
  it.each(views)('%s has no barrier, in light and dark colours, and fits a phone', async (path, heading) => {
    await page.emulateMedia({ colorScheme: 'light' })
    await page.setViewportSize({ width: 1280, height: 860 })
    await visit(path)
    await page.waitForSelector(`h1:has-text("${heading}")`)
    expect(await findBarriers(page)).toEqual([])
    await page.emulateMedia({ colorScheme: 'dark' })
    expect(await findBarriers(page, 'color-contrast')).toEqual([])
    await page.setViewportSize({ width: 380, height: 800 })
    expect(await overflowOf(page)).toBe(0)
    await page.setViewportSize({ width: 1280, height: 860 })
  })

  it('shows a change as it happens, and holds still while it is paused', async () => {
    await visit('/activity')
    await page.waitForSelector('#live[data-state="live"]')
    await running.send('pipedrive/person.create.json')
    await page.waitForSelector('#rows tr.fresh:has-text("Pipedrive")')
    await page.click('#pause')
    await page.waitForSelector('#live[data-state="paused"]')
    expect(await page.locator('#live').innerText()).toContain('Paused')
  })

  it('keeps the place of who reads further down, and says how much is new', async () => {
    await visit('/activity')
    await page.waitForSelector('#live[data-state="live"]')
    await page.mouse.wheel(0, 600)
    await untilScrolled(page, (y) => y > 200)
    const rows = await page.locator('#rows tr').count()
    await running.send('pipedrive/organization.change.json')
    await page.waitForSelector('#new-rows a:has-text("new: show")')
    expect(await page.locator('#rows tr').count()).toBe(rows)
    await page.click('#new-rows a')
    await page.waitForSelector('#new-rows', { state: 'hidden' })
    await untilScrolled(page, (y) => y === 0)
    await page.waitForSelector('#rows tr:has-text("company"):has-text("Pipedrive")')
  })

  it('shows on the overview what needs a person, with figures of what happened', async () => {
    await visit('/')
    await page.waitForSelector('#live[data-state="live"]')
    expect(await page.locator('#ov-todo').innerText()).toContain('dead letter')
    expect(await page.locator('#ov-todo').innerText()).toContain('2 records need a decision')
    expect(await page.locator('#ov-outcomes svg[role="img"]').getAttribute('aria-label')).toMatch(
      /changed at the provider \d+/,
    )
    expect(await page.locator('#ov-sources').innerText()).toContain('HubSpot')
  })

  it('leads from any id to the timeline of the record', async () => {
    await visit('/links?source=hubspot')
    const customer = await page.locator('tbody tr:has-text("contact 701000000101") td.mono').innerText()
    for (const id of ['701000000101', customer]) {
      await page.fill('#find', id)
      await page.press('#find', 'Enter')
      await page.waitForSelector('h1:has-text("contact 701000000101")')
    }
    const timeline = await page.locator('.steps').first().innerText()
    expect(timeline).toContain('Webhook received')
    expect(timeline).toContain('created')
  })

  it('fixes a customer in the CRM, redrives its dead letter, and says what became of it', async () => {
    await visit('/try-it/records?record=hubspot%2Fcontacts%2F701000000103')
    const record = JSON.parse(await page.inputValue('#f-record'))
    record.properties.email = 'aicha@example.cm'
    await page.fill('#f-record', JSON.stringify(record))
    await page.click('button:has-text("Save only")')
    await page.waitForSelector('.left-notice:has-text("Saved in the sandbox")')

    await visit('/dead-letters')
    const card = page.locator('section.card:has-text("CONTACT_MISSING")')
    await card.locator('button:has-text("Redrive 1")').first().click()
    await page.locator('[popover]:popover-open button:has-text("Redrive 1")').click()
    await page.waitForSelector('#job:has-text("1 arrived")')
    await visit('/dead-letters')
    expect(await page.locator('#dead-letters').innerText()).not.toContain('CONTACT_MISSING')
  })

  it('drops dead letters only after it was confirmed', async () => {
    await visit('/dead-letters')
    const card = page.locator('section.card:has-text("CANNOT_FETCH")')
    await card.locator('button:has-text("Drop 1…")').click()
    await page.locator('[popover]:popover-open button:has-text("Cancel")').click()
    await card.locator('button:has-text("Drop 1…")').click()
    await page.locator('[popover]:popover-open button:has-text("Drop 1")').click()
    await page.waitForSelector('#job:has-text("1 dead letter dropped")')
    await visit('/jobs')
    expect(await page.locator('tbody').innerText()).toContain('Drop 1 dead letter of CANNOT_FETCH')
  })

  it('attaches a candidate, and forgets a link', async () => {
    await visit('/decisions')
    const first = page.locator('section.card:has-text("contact 900001")')
    await first.locator('button:has-text("Forget…")').click()
    await page.locator('[popover]:popover-open button:has-text("Forget the link")').click()
    await page.waitForSelector('.left-notice:has-text("forgot wooshpay")')

    await visit('/decisions')
    const second = page.locator('section.card:has-text("contact 900002")')
    await second.locator('button:has-text("Attach…")').first().click()
    await page.locator('[popover]:popover-open button:has-text("Attach")').click()
    // The candidates belong to other records in this test, which is why it is refused.
    await page.waitForSelector('.left-notice:has-text("CUSTOMER_")')
  })

  it('sends an edited sample, and shows what it causes', async () => {
    await visit('/try-it?sample=standard-webhooks%2Fcontact.created.json')
    const body = await page.inputValue('#f-body')
    await page.fill('#f-body', body.replace('cust-0001', 'cust-7001'))
    await page.click('button:has-text("Sign and send")')
    await page.waitForSelector('.notice.good:has-text("Accepted")')
    await page.waitForSelector('#happened tr:has-text("contact cust-7001"):has-text("created")')
  })

  it('injects a fault into a provider, shows what the sync makes of it, and clears it', async () => {
    await visit('/try-it/faults')
    await page.selectOption('#f-sandbox', 'wooshpay')
    await page.selectOption('#f-kind', 'rejected')
    await page.click('button:has-text("Inject"):not([popovertarget])')
    await page.waitForSelector('.todo:has-text("Rejects the request (400)")')
    await running.send('pipedrive')
    await visit('/try-it/requests?sandbox=wooshpay')
    expect(await page.locator('tbody').innerText()).toContain('400')
    await visit('/try-it/faults')
    await page.click('button:has-text("Clear")')
    await page.waitForSelector('.empty:has-text("No faults")')
  })

  it('can be used with the keyboard, whose single keys can be switched off', async () => {
    await visit('/jobs')
    await page.keyboard.press('g')
    await page.keyboard.press('l')
    await page.waitForURL('**/links')
    await page.keyboard.press('/')
    expect(await focusOf(page)).toBe('find')
    await page.keyboard.press('Escape')
    await page.keyboard.press('?')
    await page.click('#help button:has-text("Switch shortcuts off")')
    await page.waitForSelector('body[data-shortcuts="off"]')
    await page.keyboard.press('/')
    expect(await focusOf(page)).not.toBe('find')
    await page.click('button[aria-label="Keyboard shortcuts"]')
    await page.click('#help button:has-text("Switch shortcuts on")')
  })

  it('keeps the theme that was chosen', async () => {
    await visit('/links?state=linked')
    await page.click('button[aria-label="Theme: auto"]')
    await page.waitForSelector('html[data-theme="light"]')
    expect(page.url()).toContain('/links?state=linked')
    await page.click('button[aria-label="Theme: light"]')
    await page.waitForSelector('html[data-theme="dark"]')
    await page.click('button[aria-label="Theme: dark"]')
    await page.waitForSelector('html:not([data-theme])')
  })

  it('works without scripts', async () => {
    const plain = await browser.open({ javaScriptEnabled: false })
    await visit('/activity', plain)
    expect(await plain.locator('tbody').innerText()).toContain('HubSpot')
    await visit('/links', plain)
    await plain.selectOption('#f-state', 'closed')
    await plain.click('button:has-text("Apply")')
    expect(plain.url()).toContain('state=closed')
    await visit('/decisions', plain)
    await plain.click('button:has-text("Refresh")')
    await plain.waitForSelector('h1:has-text("Decisions")')
    await plain.click('button:has-text("Forget…")')
    await plain.waitForSelector('[popover]:popover-open')
  })
})
