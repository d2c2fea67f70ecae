import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export type FakeParameterStore = {
  readonly url: string
  /** The bodies of GetParameters and of PutParameter, in order of arrival. */
  readonly requests: { readonly Names: string[]; readonly WithDecryption: boolean }[]
  readonly puts: Readonly<Record<string, unknown>>[]
  /** The access key id that signed each request. */
  readonly accessKeyIds: string[]
  /** By full path. */
  values: Readonly<Record<string, string>>
  down: boolean
  /** Called before a request is answered. If it returns an error name, the request is answered with that error. */
  intercept: (operation: string) => string | undefined
  close(): void
}

/** A Parameter Store that implements the real protocol, because there is no embedded one. */
export async function startParameterStore(values: Record<string, string>): Promise<FakeParameterStore> {
  const answer = (operation: string, request: Readonly<Record<string, unknown>>): object => {
    if (operation === 'PutParameter') {
      store.puts.push(request)
      const { Name, Value } = request as { Name: string; Value: string }
      if (store.values[Name]) return { __type: 'ParameterAlreadyExists' }
      store.values = { ...store.values, [Name]: Value }
      return { Version: 1, Tier: 'Standard' }
    }
    const { Names, WithDecryption } = request as { Names: string[]; WithDecryption: boolean }
    store.requests.push({ Names, WithDecryption })
    return {
      Parameters: Names.flatMap((Name) => (store.values[Name] ? [{ Name, Value: store.values[Name] }] : [])),
      InvalidParameters: Names.filter((Name) => !store.values[Name]),
    }
  }
  const server = createServer(async (req, res) => {
    const request = JSON.parse(Buffer.concat(await Array.fromAsync(req)).toString())
    const operation = String(req.headers['x-amz-target']).replace('AmazonSSM.', '')
    store.accessKeyIds.push(/Credential=([^/]+)/.exec(String(req.headers.authorization))?.[1] ?? '')
    const refusal = store.intercept(operation)
    const body = refusal ? { __type: refusal } : answer(operation, request)
    if (store.down) {
      res.writeHead(500).end()
      return
    }
    res
      .writeHead('__type' in body ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' })
      .end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const store: FakeParameterStore = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: [],
    puts: [],
    accessKeyIds: [],
    values,
    down: false,
    intercept: () => undefined,
    close: () => server.close(),
  }
  return store
}
