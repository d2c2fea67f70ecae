import { act, createRecord, newCrms } from './crm.ts'
import { startEventSource } from './event-source.ts'
import { fifoQueue } from './fifo-queue.ts'
import { environment } from './functions.ts'
import { runHistory } from './history.ts'
import {
  bringSealingKeysBack,
  currentMode,
  firstParameters,
  firstWebhookSecrets,
  scheduleRotation,
} from './keys.ts'
import { linksTable } from './links-table.ts'
import { notchpayApi } from './notchpay-api.ts'
import { letters, redrive, settleUndecided } from './operator.ts'
import { setPolicies, setSources } from './operator-settings.ts'
import { beginPeople, newPerson } from './people.ts'
import { watchWorkedOff } from './processed.ts'
import { brokenPromises } from './promises.ts'
import type { SimulatedProvider } from './provider-api.ts'
import { seededRandom } from './random.ts'
import { beginRun, type Run } from './run.ts'
import { virtualScheduler } from './scheduler.ts'
import { crmServices, providerService } from './services.ts'
import { day, hour, minute, type Settings, seededSettings } from './settings.ts'
import { vendorAddresses } from './vendors/vendor-crm.ts'
import { withVendors } from './vendors/with-vendors.ts'
import { simulatedEnvironment } from './virtual-globals.ts'
import { type FaultRates, seededWeather } from './weather.ts'
import { wooshpayApi } from './wooshpay-api.ts'

export type RunResult = {
  readonly seed: number
  /** What was promised and did not hold; empty for a good run. Each begins with the number of its promise. */
  readonly broken: readonly string[]
  readonly counts: ReadonlyMap<string, number>
  readonly history: () => string[]
}

/** What a run is to have more of than its seed gives it. */
export type Emphasis = { readonly settings?: Partial<Settings>; readonly faults?: FaultRates }

const startsAt = 1_790_000_000_000
const mostSteps = 60_000

/** One run, decided by its seed alone: the active days, the quiet after them, and what became of every promise. */
export async function simulateRun(seed: number, emphasis: Emphasis = {}): Promise<RunResult> {
  const run = prepare(seed, emphasis)
  beginRun(run)
  Object.assign(simulatedEnvironment, environment, vendorAddresses, { STANDARD_WEBHOOKS_API_URL: undefined })
  if (run.crms.some(({ kind }) => kind === 'sender-with-api')) {
    simulatedEnvironment['STANDARD_WEBHOOKS_API_URL'] = 'https://crm.example'
  }
  setPolicies(run.settings.policies)
  setSources(run.crms.map((crm) => crm.refOf('').source))
  beginPeople(run.settings)
  startEventSource()
  scheduleRotation()
  const broken: string[] = []
  let ended = false
  const end = async () => {
    await liveThrough(run)
    noteZombieWrites(run)
    broken.push(...run.problems, ...(await brokenPromises(run)))
    ended = true
  }
  let failure: unknown
  end().catch((error: unknown) => {
    failure = error
    ended = true
  })
  try {
    await run.scheduler.runUntil(() => ended, mostSteps)
  } catch (error) {
    failure ??= error
  }
  if (failure)
    broken.push(`0: ${failure instanceof Error ? (failure.stack ?? failure.message) : String(failure)}`)
  return { seed, broken, counts: run.counts, history: () => run.history.lines() }
}

function prepare(seed: number, emphasis: Emphasis): Run {
  const random = seededRandom(seed)
  const scheduler = virtualScheduler(startsAt, random)
  const { now } = scheduler
  const healthy = emphasis.faults ? ({ sick: 'nothing' } as const) : {}
  const settings = { ...withVendors(seededSettings(random), seed), ...healthy, ...emphasis.settings }
  const counts = new Map<string, number>()
  const count = (what: string) => void counts.set(what, (counts.get(what) ?? 0) + 1)
  const weather = seededWeather(random, settings, emphasis.faults ?? {}, count)
  const history = runHistory(now, startsAt)
  const letterQueue = fifoQueue('letter', now, random)
  const changes = fifoQueue('message', now, random, {
    receives: settings.maxReceiveCount,
    moveTo: letterQueue,
    onMove: ({ id }) => {
      count('moved by the queue')
      history.tell('queue', `gives up ${id} after ${settings.maxReceiveCount} receives`)
    },
  })
  const crms = newCrms(settings, { random })
  const providers = { notchpay: notchpayApi(), wooshpay: wooshpayApi() }
  const world = { random, settings, weather, startsAt, now }
  const sick =
    settings.sick === 'a provider' ? random.pick<SimulatedProvider>(['notchpay', 'wooshpay']) : null
  return {
    seed,
    random,
    scheduler,
    history,
    settings,
    weather,
    table: linksTable(now),
    parameters: firstParameters(settings, crms),
    webhookSecrets: firstWebhookSecrets,
    keysSwitchedAt: null,
    changes,
    letters: letterQueue,
    manualLetters: fifoQueue('manual', now, random),
    crms,
    providers,
    services: [
      ...Object.values(providers).map((api) => providerService(api, world, api.name === sick)),
      ...crmServices(crms, world),
    ],
    written: [],
    counts,
    count,
    problems: [],
    acceptances: [],
    zombies: new Set(),
    onWorkedOff: watchWorkedOff,
    workedOff: [],
    finished: [],
    deletedByHand: new Set(),
    writtenByZombies: new Set(),
    pendingEvents: new Map(),
    webhooksUnderWay: 0,
    webhookCount: 0,
    invocationCount: 0,
    door: undefined,
    eventDoor: undefined,
    sickProvider: sick,
  }
}

async function liveThrough(run: Run): Promise<void> {
  const { settings, scheduler, random, weather, crms } = run
  for (const crm of crms) {
    for (let count = 0; count < settings.records; count += 1) {
      scheduler.after(random.between(0, settings.activeFor / 4), () => createRecord(crm))
    }
    for (const at of actionTimes(run)) scheduler.after(at, () => act(crm))
  }
  if (weather.enabled.has('provider.customerDeletedByHand')) {
    scheduler.after(random.between(settings.activeFor / 2, settings.activeFor), () => deleteByHand(run))
  }
  if (weather.enabled.has('provider.customersByPayments')) {
    for (let count = 0; count < 4; count += 1) {
      scheduler.after(random.between(0, settings.activeFor), () => payAsSomebody(run))
    }
  }
  await scheduler.sleep(settings.activeFor)
  // Webhooks that are late come in whatever weather there is; then everything works, and must end well.
  if (random.chance(0.5)) await scheduler.sleep(random.pick([minute, 5 * hour, 2 * day]))
  weather.calm()
  await quiet(run)
  for (let round = 0; round < 5; round += 1) {
    if (letters().some(({ failure }) => failure?.code === 'SEALING_KEY_MISSING')) {
      run.history.tell('operator', 'adds the sealing key again that letters name')
      bringSealingKeysBack()
      await scheduler.sleep(6 * minute)
    }
    const sentBack = (await redrive()) || (settings.operatorSettles && (await settleUndecided()))
    if (!sentBack) return
    await quiet(run)
  }
  run.problems.push(
    `2: dead letters keep coming back: ${letters()
      .map(({ failure }) => failure?.code)
      .join(', ')}`,
  )
}

/** Some at once, as people and imports do, some far apart. */
function actionTimes({ settings, random }: Run): number[] {
  const times: number[] = []
  let at = random.between(0, settings.activeFor / 2)
  for (let count = 0; count < settings.actions; count += 1) {
    at = random.chance(0.5)
      ? at + random.between(0, random.pick([200, 3000]))
      : random.between(0, settings.activeFor)
    times.push(at)
  }
  return times
}

function deleteByHand(run: Run): void {
  const provider = run.random.pick([run.providers.notchpay, run.providers.wooshpay])
  const victim = run.random.pickFrom([...provider.customers.values()])
  if (!victim) return
  run.count('customer deleted by hand')
  run.history.tell('somebody', `deletes ${victim.id} at ${provider.name}`)
  provider.customers.delete(victim.id)
  run.deletedByHand.add(victim.id)
}

/** A payment makes a customer by itself, who may have a record in a CRM already, or get one later. */
function payAsSomebody({ random, crms, providers, scheduler, history, count, counts }: Run): void {
  const states = crms.flatMap((crm) => [...crm.records.values()].flat())
  const person = random.chance(0.3) ? newPerson(random) : random.pickFrom(states)?.person
  if (!person) return
  const { email, phone } = person
  const { customers } = providers.notchpay
  count('customer made by a payment')
  const id = `cus_paid${counts.get('customer made by a payment')}`
  customers.set(id, {
    id,
    mode: currentMode(),
    createdAt: scheduler.now(),
    fields: { ...(email && { email }), ...(phone && { phone }) },
  })
  history.tell('somebody', `pays as ${id}`)
}

async function quiet(run: Run): Promise<void> {
  const { scheduler, changes, problems } = run
  for (let waited = 0; waited < 40 * day; ) {
    if (run.webhooksUnderWay === 0 && changes.messages().length === 0) return
    const pause = Math.min(hour, Math.max(minute, waited / 4))
    await scheduler.sleep(pause)
    waited += pause
  }
  problems.push(
    `2: the queue never became empty: ${changes
      .messages()
      .map(({ id }) => id)
      .join(', ')}`,
  )
}

/** The last word at a customer was that of a zombie that died over it, or of a call for a record that is another's by now. */
function noteZombieWrites({ providers, zombies, writtenByZombies }: Run): void {
  for (const { writes } of Object.values(providers)) {
    const lastWrites = new Map(writes.map((write) => [write.id, write]))
    for (const { sender, id } of lastWrites.values()) if (zombies.has(sender)) writtenByZombies.add(id)
  }
}
