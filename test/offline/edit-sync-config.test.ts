import type { ChildProcess } from 'node:child_process'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { copyProject, type ProjectCopy } from '../support/project-copy.ts'
import type { Ran } from '../support/run-node.ts'

const shipped = readFileSync(join(__dirname, '../../sync.config.ts'), 'utf8')
const withoutPipedrive = shipped.replace('    pipedrive: {},\n', '')

/** The stack of a copy of the project: its root is nobody else's, so its sync.config.ts can be edited. */
describe('npm start', () => {
  let copy: ProjectCopy
  let child: ChildProcess
  let ended: Promise<Ran>
  const lines: string[] = []
  let url: string

  const until = async (isIt: (line: string) => boolean, from = 0): Promise<string> => {
    for (;;) {
      const found = lines.slice(from).find(isIt)
      if (found !== undefined) return found
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(`the stack ended: ${lines.join('\n')}`)
      await sleep(20)
    }
  }
  const edit = async (text: string, outcome: string): Promise<readonly string[]> => {
    const from = lines.length
    writeFileSync(join(copy.folder, 'sync.config.ts'), text)
    await until((line) => line === outcome, from)
    return lines.slice(from)
  }
  const statusOf = async (source: string) => {
    const headers = { 'content-type': 'application/json' }
    const { status } = await fetch(`${url}/webhooks/${source}`, { method: 'POST', headers, body: '[]' })
    return status
  }

  beforeAll(async () => {
    copy = copyProject(shipped)
    ended = copy.run(['lib/cli/main.ts', 'start'], { PORT: '0' }, (process) => {
      child = process
      for (const stream of [process.stdout, process.stderr]) {
        if (stream) createInterface({ input: stream }).on('line', (line) => lines.push(line))
      }
    })
    url = (await until((line) => line.startsWith('ready: '))).slice('ready: '.length)
  })
  afterAll(async () => {
    child.kill('SIGKILL')
    await ended
    copy.remove()
  })

  it('writes its addresses to .offline/env', () => {
    const script = '. .offline/env; echo "$DOOR"; echo "$NOTCHPAY"; echo "$LINKS_TABLE"'
    const [door, notchpay, table] = execFileSync('sh', ['-c', script], {
      cwd: copy.folder,
      encoding: 'utf8',
    }).split('\n')
    expect([door, table]).toEqual([url, 'crm-pay-sync-dev-links'])
    expect(lines).toContainEqual(expect.stringMatching(new RegExp(`^NOTCHPAY +${notchpay}$`)))
  })

  it('takes over a valid edit of sync.config.ts', async () => {
    expect(await statusOf('pipedrive')).toBe(401)
    await edit(withoutPipedrive, 'sync.config.ts: reloaded')
    expect(await statusOf('pipedrive')).toBe(404)
    expect(await statusOf('hubspot')).toBe(401)
  })

  it.each([
    [
      'a wrong value',
      withoutPipedrive.replace("onDelete: 'keep'", "onDelete: 'forget'"),
      /policies\.onDelete: /,
    ],
    [
      'a policy that no provider can follow',
      withoutPipedrive
        .replace("['notchpay', 'wooshpay']", "['wooshpay']")
        .replace(/routes: \[[\s\S]*?\n {2}\],/, "routes: [{ to: 'wooshpay' }],")
        .replace("onDelete: 'keep'", "onDelete: 'block'"),
      /^sync\.config\.ts: policies\.onDelete: "block" cannot be followed: wooshpay cannot block customers$/,
    ],
    [
      'a syntax error',
      withoutPipedrive.replace('export default', 'export default default'),
      /^sync\.config\.ts:\d+:\d+: /,
    ],
    [
      'code that throws',
      `${withoutPipedrive}\nthrow new Error('no')\n`,
      /^sync\.config\.ts:\d+:\d+: Error: no$/,
    ],
  ])('names the problem of %s and keeps the previous configuration', async (_, text, problem) => {
    const said = await edit(text, 'sync.config.ts: not loaded, the functions keep the previous configuration')
    expect(said.slice(0, -1)).toEqual([expect.stringMatching(problem)])
    expect([await statusOf('pipedrive'), await statusOf('hubspot')]).toEqual([404, 401])
  })

  it('takes over the edit that corrects it', async () => {
    await edit(shipped, 'sync.config.ts: reloaded')
    expect(await statusOf('pipedrive')).toBe(401)
  })

  it('removes .offline/env when it stops', async () => {
    child.kill('SIGTERM')
    expect((await ended).code).toBe(0)
    expect(existsSync(join(copy.folder, '.offline/env'))).toBe(false)
  })
})
