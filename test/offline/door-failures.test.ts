import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

/** serverless-offline is an ES module, so it is met in a process of its own; what runs is a function that throws. */
const script = `
  import Lambda from 'serverless-offline/lambda'
  import { answerDoorFailures } from './lib/offline/door-failures.ts'
  Lambda.prototype.get = () => ({
    setEvent() {},
    runHandler: async () => { throw new TypeError('+237677000001') },
  })
  answerDoorFailures((line) => console.log(line))
  const invoke = async (event) => {
    const lambdaFunction = new Lambda({}, {}).get('receiveWebhook')
    lambdaFunction.setEvent(event)
    return lambdaFunction.runHandler().catch(({ name }) => name)
  }
  const http = { version: '2.0', requestContext: { http: { method: 'POST' } } }
  console.log(JSON.stringify([await invoke(http), await invoke({ Records: [] })]))
`

it('a function that fails at the HTTP door is answered 500, and at the Invoke API it fails', () => {
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: join(__dirname, '../..'),
    encoding: 'utf8',
  })
  const [complaint, outcomes] = output.trim().split('\n')
  expect(complaint).toBe('receiveWebhook: TypeError was thrown')
  expect(JSON.parse(String(outcomes))).toEqual([expect.objectContaining({ statusCode: 500 }), 'TypeError'])
})
