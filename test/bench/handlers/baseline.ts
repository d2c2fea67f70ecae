import { Agent, request } from 'node:http'

/** One request of a change: how many bytes are sent and answered. */
type BareCall = { readonly sent: number; readonly answered: number }
export type BareEvent = { readonly url: string; readonly records: readonly (readonly BareCall[])[] }

const agent = new Agent({ keepAlive: true })

/**
 * The HTTP work of a batch without anything else: the records of an event in parallel, the calls of each one after the
 * other, on connections that are kept. The server at `url` answers with as many bytes as it is told.
 */
export async function handler({ url, records }: BareEvent): Promise<void> {
  await Promise.all(
    records.map(async (calls) => {
      for (const each of calls) await call(url, each)
    }),
  )
}

function call(url: string, { sent, answered }: BareCall): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      'content-length': sent,
      'x-bytes': String(answered),
    }
    const req = request(url, { agent, method: 'POST', headers }, (res) => {
      res.resume().on('end', resolve)
    })
    req.on('error', reject).end('x'.repeat(sent))
  })
}
