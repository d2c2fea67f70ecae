import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { ClientRequest, IncomingMessage } from 'node:http'
import { CannotCheck, type Check, fine, wrong } from './subject/finding.ts'

/** Signatures are accepted for five minutes; a clock that is off by this much will not stay within that for long. */
const mostSeconds = 60
/** Node.js publishes every response that one of its HTTP clients receives. */
const channel = 'http.client.response.finish'

export type ClockWatch = { check(): Check; end(): void }

/**
 * Compares this machine's clock with the `Date` header of every answer that the checks receive from now on. So no request is
 * sent for it, and the clocks of the door, the CRMs, the providers and AWS all count.
 */
export function watchClocks(): ClockWatch {
  /** By host, how many seconds its clock is ahead of this machine's. */
  const ahead = new Map<string, number>()
  const note = (message: unknown) => {
    const { request, response } = message as { request: ClientRequest; response: IncomingMessage }
    const told = Date.parse(response.headers.date ?? '')
    if (!Number.isNaN(told))
      ahead.set(String(request.getHeader('host')), Math.round((told - Date.now()) / 1000))
  }
  subscribe(channel, note)
  return {
    check: () => ({ name: 'clock', examine: async () => judge(ahead) }),
    end: () => unsubscribe(channel, note),
  }
}

function judge(ahead: ReadonlyMap<string, number>) {
  if (ahead.size === 0) throw new CannotCheck('no answer told its time')
  const off = [...ahead].filter(([, seconds]) => Math.abs(seconds) > mostSeconds)
  if (off.length === 0) return fine(`within ${mostSeconds} s of all ${ahead.size} services that answered`)
  const each = off.map(([host, seconds]) => {
    return `${Math.abs(seconds)} s ${seconds < 0 ? 'ahead of' : 'behind'} ${host}`
  })
  const isOurs = off.length * 2 > ahead.size
  return wrong(
    `this machine's clock is ${each.join(', ')}`,
    isOurs
      ? 'Synchronize the clock of this machine (NTP): signatures older than five minutes are refused.'
      : `Check the clock of ${off.map(([host]) => host).join(', ')}: this machine agrees with the others.`,
  )
}
