import { actorName } from './invocation.ts'
import { theRun } from './run.ts'

/** Takes the place of Powertools: what the functions write is kept instead of printed. */
export class Logger {
  debug(message: string, fields: object): void {
    this.write('debug', message, fields)
  }
  info(message: string, fields: object): void {
    this.write('info', message, fields)
  }
  warn(message: string, fields: object): void {
    this.write('warn', message, fields)
  }
  error(message: string, fields: object): void {
    this.write('error', message, fields)
  }
  private write(level: string, message: string, fields: object): void {
    const run = theRun()
    const line = `${level}: ${message} ${JSON.stringify(fields)}`
    run.written.push(line)
    run.history.tell(actorName(), line)
    const code = (fields as { code?: unknown }).code
    if (typeof code === 'string') run.count(`code ${code}`)
  }
}

export class Metrics {
  addMetric(name: string, unit: string, value: number): void {
    const run = theRun()
    run.written.push(`${name}=${value}`)
    const times = unit === 'Count' ? value : 1
    for (let time = 0; time < times; time += 1) run.count(name)
  }
  addMetadata(): void {}
  publishStoredMetrics(): void {}
}
