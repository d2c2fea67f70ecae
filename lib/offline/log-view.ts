import colors from 'picocolors'

const levelColors: Readonly<Record<string, (text: string) => string>> = {
  DEBUG: colors.dim,
  INFO: colors.cyan,
  WARN: colors.yellow,
  ERROR: colors.red,
}

/** Useful when searching logs, not when watching them live. */
const hidden = new Set([
  'level',
  'message',
  'timestamp',
  'service',
  'cold_start',
  'coldStart',
  'function_arn',
  'function_memory_size',
  'function_name',
  'function_request_id',
  'requestId',
  'sampling_rate',
  'xray_trace_id',
])

/** One readable line for a function's JSON log line; null for metrics; anything else as it is. */
export function viewLogLine(line: string): string | null {
  const entry = parseEntry(line)
  if (!entry) return line
  if ('_aws' in entry) return null
  if (typeof entry['message'] !== 'string') return line
  const level = String(entry['level'] ?? 'INFO').toUpperCase()
  const color = levelColors[level] ?? colors.cyan
  const details = Object.entries(withRecord(entry))
    .filter(([name, value]) => !hidden.has(name) && value !== null && value !== undefined)
    .map(([name, value]) => `${colors.dim(`${name}=`)}${viewValue(value)}`)
  const time = String(entry['timestamp'] ?? '').slice(11, 19)
  return [...(time ? [colors.dim(time)] : []), color(level.padEnd(5)), entry['message'], ...details].join(' ')
}

/** A record's four fields as one: `record=hubspot/48213377/contact/51230`. */
function withRecord(entry: Record<string, unknown>): Record<string, unknown> {
  const { source, account, recordType, recordId, ...others } = entry
  const parts = [source, account, recordType, recordId]
  if (!parts.every((part) => typeof part === 'string')) return entry
  return { record: parts.join('/'), ...others }
}

/** Bare where it can be told from what follows, else as JSON; the items of a list are separated by commas. */
function viewValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(viewValue).join(',')}]`
  if (typeof value !== 'string') return JSON.stringify(value)
  return /^[^\s"'=,[\]{}]+$/.test(value) ? value : JSON.stringify(value)
}

function parseEntry(line: string): Record<string, unknown> | null {
  if (!line.startsWith('{')) return null
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}

/** Formats the log lines written to a terminal stream with `viewLogLine`. */
export function viewLogs(stream: NodeJS.WriteStream): void {
  const write = stream.write.bind(stream)
  stream.write = ((chunk: string | Uint8Array, ...rest: []) => {
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8')
    const lines = text.split('\n').map(viewLogLine)
    const shown = lines.filter((line) => line !== null).join('\n')
    return shown === '' ? true : write(shown, ...rest)
  }) as typeof stream.write
}
