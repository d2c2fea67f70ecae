import type { Log, LogFields } from '../ports/observers.ts'

/** The same log, with these fields in every line. A line's own fields win. */
export function boundLog(log: Log, bound: LogFields): Log {
  return {
    debug: (message, fields) => log.debug(message, { ...bound, ...fields }),
    info: (message, fields) => log.info(message, { ...bound, ...fields }),
    warn: (message, fields) => log.warn(message, { ...bound, ...fields }),
    error: (message, fields) => log.error(message, { ...bound, ...fields }),
  }
}
