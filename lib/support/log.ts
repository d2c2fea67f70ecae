import { Logger } from '@aws-lambda-powertools/logger'
import type { Log, LogFields } from '../core/ports/observers.ts'

/** Ids of CRMs are safe to log. A custom sender may use an e-mail address as an id, which must not be logged. */
const plainId = /^[\w.:-]{1,64}$/

export type LogLevel = 'DEBUG' | 'INFO' | 'WARN' | 'ERROR'

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
  const shown = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null)
  return Object.fromEntries(
    shown.map(([name, value]) => [name, name === 'recordId' ? maskedId(value) : value]),
  )
}

function maskedId(id: LogFields[string]): LogFields[string] {
  return typeof id === 'string' && !plainId.test(id) ? '(not a plain id)' : id
}
