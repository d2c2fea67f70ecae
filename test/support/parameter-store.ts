import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export type FakeParameterStore = {
  readonly url: string
  readonly requests: { readonly Names: string[]; readonly WithDecryption: boolean }[]
  /** By their whole path. */
  values: Readonly<Record<string, string>>
  down: boolean
  close(): void
}

/** A Parameter Store that speaks the real protocol, since no embedded one does. */
export async function startParameterStore(values: Record<string, string>): Promise<FakeParameterStore> {
  const server = createServer(async (req, res) => {
    const request = JSON.parse(Buffer.concat(await Array.fromAsync(req)).toString())
    store.requests.push(request)
    if (store.down) {
      res.writeHead(500).end()
      return
    }
    const Parameters = request.Names.flatMap((Name: string) =>
      store.values[Name] ? [{ Name, Value: store.values[Name] }] : [],
    )
    res.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify({ Parameters }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const store: FakeParameterStore = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: [],
    values,
    down: false,
    close: () => server.close(),
  }
  return store
}
