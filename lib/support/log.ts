import { AsyncLocalStorage } from 'node:async_hooks'
import { Logger } from '@aws-lambda-powertools/logger'
import { isPlainEventId, isPlainRecordId } from '../core/model/plain-id.ts'
import type { Log, LogFields } from '../core/ports/observers.ts'

const plainIds: Readonly<Record<string, (id: string) => boolean>> = {
  recordId: isPlainRecordId,
  eventIds: isPlainEventId,
}

export type LogLevel = 'DEBUG' | 'INFO' | 'WARN' | 'ERROR'

/** A local stack runs several invocations of a function at once, so what belongs to one cannot be kept in the logger. */
const requestIds = new AsyncLocalStorage<string | undefined>()

/** Does the work of one invocation: every line that is logged meanwhile carries its `requestId`. */
export function withRequestId<T>(requestId: string | undefined, work: () => Promise<T>): Promise<T> {
  return requestIds.run(requestId, work)
}

/** Structured logs by Powertools, one JSON line per entry. Ids in an unexpected format are masked. */
export function jsonLog(logLevel: LogLevel): Log {
  const logger = new Logger({ serviceName: 'crm-pay-sync', logLevel })
  return {
    debug: (message, fields) => logger.debug(message, masked(fields)),
    info: (message, fields) => logger.info(message, masked(fields)),
    warn: (message, fields) => logger.warn(message, masked(fields)),
    error: (message, fields) => logger.error(message, masked(fields)),
  }
}

function masked(fields: LogFields = {}): Record<string, LogFields[string]> {
  const shown = Object.entries({ ...fields, requestId: requestIds.getStore() }).filter(
    ([, value]) => value !== undefined && value !== null,
  )
  return Object.fromEntries(
    shown.map(([name, value]) => {
      const isPlain = plainIds[name]
      return [name, isPlain ? maskedIds(value, isPlain) : value]
    }),
  )
}

function maskedIds(ids: LogFields[string], isPlain: (id: string) => boolean): LogFields[string] {
  const masked = (id: string) => (isPlain(id) ? id : '(not a plain id)')
  if (typeof ids === 'string') return masked(ids)
  return Array.isArray(ids) ? ids.map(masked) : ids
}
