import type { Sample } from './samples.ts'

/** One webhook or event and its response. `status` is null when the URL could not be reached. */
export type Posted = {
  readonly file: string
  readonly source: string
  readonly status: number | null
  readonly answer: string
}

type Request = {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

const timeoutMs = 30_000
const longestAnswer = 200

/** Posts a sample. Throws neither for an error status nor for a URL that cannot be reached. */
export async function post(
  { file, source }: Pick<Sample, 'file' | 'source'>,
  { url, headers, body }: Request,
  statusOf: (response: Response) => number = ({ status }) => status,
): Promise<Posted> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body: Buffer.from(body),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    })
    const text = (await response.text()).trim().replace(/\s+/g, ' ')
    return { file, source, status: statusOf(response), answer: text.slice(0, longestAnswer) }
  } catch (error) {
    return { file, source, status: null, answer: `not reached (${reasonOf(error)})` }
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error'
  const { cause } = error
  if (!(cause instanceof Error)) return error.name
  return 'code' in cause ? String(cause.code) : cause.message
}
