import type { CallCost } from '../calls/measure-calls.ts'
import { dollarsOf, memoryTable } from '../cost/dollars.ts'
import { figureOf, quantile } from '../figure.ts'
import { compareReports } from './compare.ts'
import type { Report } from './report.ts'
import { summaryOf } from './summary.ts'

const constant = (value: number) => ({ median: value, least: value, most: value })
const costs = (what: string): CallCost => ({
  what,
  calls: { 'table Query': 1, 'table PutItem': 2, provider: 1 },
  readUnits: 1,
  writeUnits: 3,
})
const handler = (what: string, cpuMs: number) => ({
  what,
  cpuMs: constant(cpuMs),
  wallMs: constant(cpuMs),
  logBytes: 500,
})
const kinds = ['created', 'updated', 'unchanged']
const measured = {
  calls: kinds.map(costs),
  handlers: [
    ...kinds.flatMap((kind) => [1, 10].map((size) => handler(`${kind}, batch of ${size}`, 0))),
    handler('an event of a storm of 100 about 20 contacts, door', 0),
    handler('a webhook of one change, door', 0),
  ],
}

describe('figureOf', () => {
  it('is the median with the spread', () => {
    expect(figureOf([3, 1, 2])).toEqual({ median: 2, least: 1, most: 3 })
    expect(figureOf([4, 1, 2, 3])).toEqual({ median: 2.5, least: 1, most: 4 })
  })

  it('has no more digits than asked for', () => {
    expect(figureOf([1.23456])).toEqual(constant(1.23))
  })
})

it('quantile(1) is the greatest value', () => {
  expect([quantile([5, 1, 3], 1), quantile([5, 1, 3], 0.5), quantile([], 0.99)]).toEqual([5, 3, 0])
})

describe('the dollars', () => {
  it('of a sparse creation are those of its requests, units, log and waiting', () => {
    const sparse = dollarsOf(measured, 1024).find((row) => row.what === 'created' && row.traffic === 'sparse')
    // Per million: one webhook and one message each; 315 ms of waiting in syncCustomer and 5 in receiveWebhook, at 1 GB.
    expect(sparse).toMatchObject({
      http: 1,
      requests: expect.closeTo(0.4),
      queue: expect.closeTo(1.5),
      table: expect.closeTo(0.125 + 3 * 0.625),
      logs: expect.closeTo(0.5),
      functionTime: expect.closeTo(320_000 * 0.0000133334),
    })
    expect(sparse?.total).toBeCloseTo(1 + 0.4 + 1.5 + 2 + 0.5 + 320_000 * 0.0000133334)
    expect(sparse?.floor).toBeCloseTo(0.4 + 1.5 + 2 + (320_000 * 0.0000133334) / 8)
  })

  it('of dense changes share the webhook, the batch and the waiting', () => {
    const dense = dollarsOf(measured, 1024).find((row) => row.what === 'created' && row.traffic === 'dense')
    expect(dense).toMatchObject({ http: 0.01, queue: expect.closeTo(0.15), requests: expect.closeTo(0.022) })
  })

  it('pay for CPU time that takes longer with less memory', () => {
    const busy = { ...measured, handlers: measured.handlers.map(({ what }) => handler(what, 10)) }
    const cold = ['receiveWebhook', 'syncCustomer'].map((what) => ({
      what,
      importMs: constant(100),
      firstAnswerMs: constant(50),
      totalMs: constant(150),
      bytes: 1,
      packages: {},
    }))
    const [least, , , , most] = memoryTable(busy, cold)
    expect(least).toMatchObject({ memoryMb: 128, doorFirstAnswerMs: Math.round((50 * 1769) / 128) })
    expect(most).toMatchObject({ memoryMb: 1024, syncFirstAnswerMs: Math.round((50 * 1769) / 1024) })
  })
})

describe('a report', () => {
  const report: Report = { version: 1, date: '2026-01-01', machine: 'a machine', rounds: 1 }

  it('is compared in the figures that both have', () => {
    const before = { ...report, calls: measured.calls }
    const now = { ...report, calls: [{ ...costs('created'), writeUnits: 6 }] }
    expect(compareReports(before, now).rows).toEqual([
      ['calls, created', '4', '4', '1.00'],
      ['write units, created', '3', '6', '2.00'],
    ])
  })

  it('that lacks a section makes no page', () => {
    expect(() => summaryOf(report)).toThrow('the pages need a complete run: leave out --only')
  })
})
