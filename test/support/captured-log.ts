import type { Log } from '../../lib/core/ports/observers.ts'
import { jsonLog, withRequestId } from '../../lib/support/log.ts'

type LogLine = Readonly<Record<string, unknown>>

/** The lines that functions write to their log during this work, as CloudWatch gets them. */
export async function captureLog(
  work: (log: Log) => Promise<unknown>,
  requestId?: string,
): Promise<readonly LogLine[]> {
  const lines: string[] = []
  const spies = [process.stdout, process.stderr].map((stream) =>
    jest.spyOn(stream, 'write').mockImplementation((chunk) => lines.push(String(chunk)) > 0),
  )
  const consoles = (['info', 'warn', 'error', 'debug'] as const).map((level) =>
    jest.spyOn(console, level).mockImplementation((...args: unknown[]) => void lines.push(`${args[0]}\n`)),
  )
  try {
    await withRequestId(requestId, () => work(jsonLog('INFO')))
  } finally {
    for (const spy of [...spies, ...consoles]) spy.mockRestore()
  }
  const written = lines.join('').split('\n')
  return written.flatMap((line) => (line === '' ? [] : JSON.parse(line)))
}
