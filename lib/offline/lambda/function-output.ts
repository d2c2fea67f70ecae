export type OutputStream = 'stdout' | 'stderr'

/** Gets each whole line that a function writes. */
export type FunctionOutput = (functionName: string, stream: OutputStream, line: string) => void

/** Writes the line to the stream of the same name of this process. */
export function printLine(_functionName: string, stream: OutputStream, line: string): void {
  process[stream].write(`${line}\n`)
}

/** Passes on whole lines of what is written in pieces. `end` passes on lines that were left unfinished. */
export function outputLines(pass: (stream: OutputStream, line: string) => void) {
  const partial: Record<OutputStream, string> = { stdout: '', stderr: '' }
  return {
    add(stream: OutputStream, text: string): void {
      const lines = `${partial[stream]}${text}`.split('\n')
      partial[stream] = lines.pop() ?? ''
      for (const line of lines) pass(stream, line)
    },
    end(): void {
      for (const stream of ['stdout', 'stderr'] as const) {
        if (partial[stream] !== '') pass(stream, partial[stream])
        partial[stream] = ''
      }
    },
  }
}
