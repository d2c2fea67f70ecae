import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { type Figure, figureOf } from '../figure.ts'
import type { Bundle } from '../world/bundles.ts'
import { samplesOf } from '../world/kinds.ts'
import { batchesOf, messageMaker, webhookEvent } from '../world/messages.ts'
import type { Services } from '../world/services.ts'

/** A new environment of a function: CPU time in milliseconds. What Node.js itself needs is not part of it. */
export type ColdStart = {
  readonly what: string
  readonly importMs: Figure
  /** From the event to the answer of the first invocation. */
  readonly firstAnswerMs: Figure
  readonly totalMs: Figure
  readonly bytes: number
  /** The largest parts of the bundle, in bytes. */
  readonly packages: Readonly<Record<string, number>>
}
type Measured = { readonly importMs: number; readonly answerMs: number; readonly answer: unknown }

const firstContact = 5_000_000

/** Starts each function `rounds` times, in turn, next to a handler that does nothing. */
export async function measureColdStarts(
  bundles: readonly Bundle[],
  services: Services,
  rounds: number,
): Promise<readonly ColdStart[]> {
  const makeMessages = messageMaker(services)
  const all = [...bundles, emptyBundle()]
  const measured = new Map<string, Measured[]>(all.map(({ name }) => [name, []]))
  for (let round = 0; round < rounds; round += 1) {
    const [sample] = samplesOf('created', firstContact + round, 1)
    if (!sample) throw new Error('no sample')
    const events: Readonly<Record<string, unknown>> = {
      receiveWebhook: webhookEvent(sample),
      syncCustomer: batchesOf(await makeMessages([sample]), 1)[0],
      receiveSalesforceEvents: JSON.parse(readFileSync('events/salesforce/cdc.contact.update.json', 'utf8')),
    }
    for (const { name, file } of all) {
      const once = await startOnce(file, events[name] ?? {}, services)
      if (/"itemIdentifier"|"statusCode":[45]/.test(JSON.stringify(once.answer)))
        throw new Error(`${name}: the first invocation failed`)
      measured.get(name)?.push(once)
    }
  }
  return all.map(({ name, bytes, packages }) => {
    const times = measured.get(name) ?? []
    return {
      what: name,
      importMs: figureOf(times.map(({ importMs }) => importMs)),
      firstAnswerMs: figureOf(times.map(({ answerMs }) => answerMs)),
      totalMs: figureOf(times.map(({ importMs, answerMs }) => importMs + answerMs)),
      bytes,
      packages: Object.fromEntries([...packages].slice(0, 10)),
    }
  })
}

function emptyBundle(): Bundle {
  const file = join(mkdtempSync(join(tmpdir(), 'crm-pay-sync-bench-')), 'empty.cjs')
  const text = 'exports.handler = async () => ({})\n'
  writeFileSync(file, text)
  return { name: 'an empty handler', file, bytes: text.length, packages: new Map() }
}

async function startOnce(file: string, event: unknown, { variables }: Services): Promise<Measured> {
  const script = join(import.meta.dirname, 'cold-process.ts')
  const child = spawn(process.execPath, [script, file, JSON.stringify(event)], {
    env: {
      AWS_ACCESS_KEY_ID: 'bench',
      AWS_SECRET_ACCESS_KEY: 'bench',
      AWS_LAMBDA_FUNCTION_NAME: 'bench',
      WEBHOOK_PUBLIC_URL: 'https://hooks.example.com',
      ...variables,
    },
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  })
  let text = ''
  for await (const chunk of child.stdio[3] as Readable) text += chunk
  return JSON.parse(text) as Measured
}
