import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type HostedSource, hostSource } from './a-function.ts'

let hosted: HostedSource
afterEach(() => hosted.close())

describe('a hosted function', () => {
  it('gets the event and a context, and its result is returned', async () => {
    hosted = hostSource(`exports.handler = async (event, context) => ({
      event,
      name: context.functionName,
      memory: context.memoryLimitInMB,
      inTime: context.getRemainingTimeInMillis() > 0 && context.getRemainingTimeInMillis() <= 60000,
    })`)
    expect(await hosted.host.invoke('work', { id: 7 })).toEqual({
      failed: false,
      answer: { event: { id: 7 }, name: 'work', memory: '512', inTime: true },
    })
  })

  it('sees the given environment only', async () => {
    hosted = hostSource('exports.handler = () => process.env', { environment: { LINKS_TABLE: 'links' } })
    expect(await hosted.host.invoke('work', {})).toEqual({
      failed: false,
      answer: { LINKS_TABLE: 'links', AWS_LAMBDA_FUNCTION_NAME: 'work' },
    })
  })

  it('collects its short-lived objects before they take much memory, whatever the machine has', async () => {
    hosted = hostSource('exports.handler = () => require("node:worker_threads").resourceLimits')
    expect(await hosted.host.invoke('work', {})).toMatchObject({ answer: { maxYoungGenerationSizeMb: 48 } })
  })

  it('returns null when its result is undefined', async () => {
    hosted = hostSource('exports.handler = async () => {}')
    expect(await hosted.host.invoke('work', {})).toEqual({ failed: false, answer: null })
  })

  it('is loaded once and processes several events concurrently', async () => {
    hosted = hostSource(`let loaded = 0, waiting = []
      loaded += 1
      exports.handler = async () => {
        await new Promise((resolve) => { waiting.push(resolve); if (waiting.length === 3) waiting.forEach((go) => go()) })
        return loaded
      }`)
    const answers = await Promise.all([1, 2, 3].map(() => hosted.host.invoke('work', {})))
    expect(answers).toEqual([1, 1, 1].map((answer) => ({ failed: false, answer })))
  })

  it('fails with the error it throws, and stays usable', async () => {
    hosted = hostSource(
      `exports.handler = async ({ bad }) => { if (bad) throw new RangeError('too far'); return 'fine' }`,
    )
    expect(await hosted.host.invoke('work', { bad: true })).toEqual({
      failed: true,
      errorType: 'RangeError',
      reason: 'too far',
      trace: expect.arrayContaining(['RangeError: too far']),
    })
    expect(await hosted.host.invoke('work', {})).toEqual({ failed: false, answer: 'fine' })
  })

  it.each([
    ['exits', 'process.exit(3)', 'Runtime.ExitError'],
    ['throws outside its promise', 'setImmediate(() => { throw new TypeError("lost") })', 'TypeError'],
  ])('fails when it %s, and is reloaded for the next event', async (_, deed, errorType) => {
    hosted = hostSource(
      `exports.handler = ({ bad }) => new Promise((resolve) => { if (bad) { ${deed} } else resolve('fine') })`,
    )
    expect(await hosted.host.invoke('work', { bad: true })).toMatchObject({ failed: true, errorType })
    expect(await hosted.host.invoke('work', {})).toEqual({ failed: false, answer: 'fine' })
  })

  it.each([
    ['never answers', 'return new Promise(() => {})'],
    ['never stops', 'for (;;);'],
  ])('times out when it %s, and is reloaded for the next event', async (_, deed) => {
    hosted = hostSource(`exports.handler = ({ bad }) => { if (bad) { ${deed} } return 'fine' }`, {
      timeoutSeconds: 2,
    })
    await hosted.host.load()
    expect(await hosted.host.invoke('work', { bad: true })).toEqual({
      failed: true,
      errorType: 'Sandbox.Timedout',
      reason: 'timed out after 2 s',
    })
    await hosted.host.load()
    expect(await hosted.host.invoke('work', {})).toEqual({ failed: false, answer: 'fine' })
  })

  it('passes on what it has written as whole lines, in order, also when it is ended right after', async () => {
    const lines: string[] = []
    hosted = hostSource(
      `process.stdout.write('load'); console.error('ing'); console.log('ed')
      exports.handler = ({ count, done }) => {
        process.stdout.write(Buffer.from('bytes\\n'))
        for (let index = 0; index < count; index += 1) console.log(index)
        process.stdout.write('unfinished')
        require('node:fs').writeFileSync(done, '')
        return new Promise(() => {})
      }`,
      { output: (name, stream, line) => void lines.push([name, stream, line].join(' ')) },
    )
    await hosted.host.load()
    const count = 5000
    const done = join(hosted.folder, 'done')
    void hosted.host.invoke('work', { count, done })
    await new Promise(setImmediate)
    // Nothing that it writes is received before it is ended.
    while (!existsSync(done));
    await hosted.host.close()
    expect(lines).toEqual([
      'work stderr ing',
      'work stdout loaded',
      'work stdout bytes',
      ...Array.from({ length: count }, (_, index) => `work stdout ${index}`),
      'work stdout unfinished',
    ])
  })

  it('uses the latest build after a reload, while events in progress finish with the old one', async () => {
    hosted = hostSource(`const { existsSync } = require('node:fs')
      exports.handler = async (flag) => {
        while (flag && !existsSync(flag)) await new Promise((resolve) => setTimeout(resolve, 5))
        return 'old'
      }`)
    await hosted.host.load()
    const flag = join(hosted.folder, 'go')
    const underWay = hosted.host.invoke('work', flag)
    hosted.write(`exports.handler = async () => 'new'`)
    hosted.host.reload()
    expect(await hosted.host.invoke('work', null)).toEqual({ failed: false, answer: 'new' })
    writeFileSync(flag, '')
    expect(await underWay).toEqual({ failed: false, answer: 'old' })
  })
})

describe('loading the functions', () => {
  it.each([
    ['throws', `throw new Error('LOG_LEVEL: expected DEBUG')`, 'work: LOG_LEVEL: expected DEBUG'],
    ['exports no handler', 'exports.other = 1', 'exports no function handler'],
    ['is not JavaScript', 'const = 1', 'work: '],
  ])('reports the function that %s', async (_, source, message) => {
    hosted = hostSource(source)
    await expect(hosted.host.load()).rejects.toThrow(message)
    expect(await hosted.host.invoke('work', {})).toMatchObject({
      failed: true,
      errorType: 'Runtime.ImportModuleError',
    })
  })
})
