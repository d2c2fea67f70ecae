import { startEmbeddedSqs } from '../../lib/offline/embedded-sqs.ts'

/** Run as a process of its own (fauxqs is an ES module, Jest is not): prints its address, ends with its parent. */
const server = await startEmbeddedSqs('eu-west-1')
process.stdout.write(`${server.url}\n`)
process.stdin.resume()
process.stdin.once('end', () => server.close().then(() => process.exit(0)))
