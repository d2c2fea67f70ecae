import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { HttpDoor } from './door/http-door.ts'
import { BadSettings, readGivenVariables, readSettings } from './environment.ts'
import type { PluginUtils, Serverless } from './serverless.ts'
import type { Stack } from './stack.ts'
import { sweepLeftovers } from './sweep.ts'
import { watchParents } from './watch-parents.ts'

const offlineOptions = {
  httpPort: {
    type: 'string',
    usage: 'Where the HTTP door listens; 0 for any free port. Default: PORT, else 3000',
  },
}

const commands = {
  offline: {
    usage: 'Runs the whole service on this machine',
    lifecycleEvents: ['start'],
    options: offlineOptions,
    commands: {
      start: {
        usage: 'Runs the whole service on this machine',
        lifecycleEvents: ['init'],
        options: offlineOptions,
      },
      // How serverless-esbuild says that it has built the functions anew.
      functionsUpdated: { type: 'entrypoint', lifecycleEvents: ['cleanup'] },
    },
  },
}

/**
 * `serverless offline`: the functions and all that they need, on this machine. `serverless invoke local`: the function
 * with a running stack, or with one of its own.
 * What only these commands need is loaded by them, so that package and deploy stay quick.
 */
export default function offlinePlugin(
  serverless: Serverless,
  options: Readonly<Record<string, unknown>>,
  { log }: PluginUtils,
) {
  const root = serverless.serviceDir
  const declaredEnvironment = serverless.service.provider.environment ?? {}
  const command = serverless.processedInput.commands.join(' ')
  const isOffline = command === 'invoke local' || command.startsWith('offline')
  let door: HttpDoor | undefined
  let stack: Stack | undefined
  let closeBackends = async () => {}
  /** Ends what is up so far. */
  let stop = endEsbuild
  let isStopping = false

  const onSignal = () => {
    // npm and a terminal may both tell, and whoever waits may tell again.
    if (isStopping) return
    isStopping = true
    // Whatever hangs, nothing may be left five seconds after the signal.
    setTimeout(() => process.exit(1), 4500).unref()
    void orExit(stop).then(() => process.exit(0))
  }

  const settings = () => {
    const asked = options['httpPort'] === undefined ? {} : { PORT: String(options['httpPort']) }
    return readSettings({ ...readGivenVariables(root), ...asked })
  }

  /** The port is taken before anything is built: a mistake shows at once, and nobody else gets it meanwhile. */
  const prepare = () =>
    orExit(async () => {
      const { openDoor } = await import('./door/http-door.ts')
      door = await openDoor(settings().port)
    })

  const run = async () => {
    if (!watches) await endEsbuild()
    const { startStack } = await import('./stack.ts')
    const running = await orExit(async () => {
      if (!door) throw new Error('the HTTP door is not open')
      return startStack(serverless, settings(), door, (line) => log.warning(line))
    })
    stack = running
    stop = async () => {
      await Promise.all([endEsbuild(), running.stop()])
    }
    process.stdout.write(`ready: ${door?.url}\n`)
    // Until a signal ends the process.
    await new Promise(() => {})
  }

  const beforeInvokeLocal = () =>
    orExit(async () => {
      const { readStackFile } = await import('./stack-file.ts')
      const given = settings()
      const running = readStackFile(given.port, root)
      if (running) {
        process.stderr.write(`invoking with the stack at ${running.url}\n`)
        Object.assign(process.env, running.environment)
        return
      }
      const { startBackends } = await import('./backends.ts')
      serverless.service.provider.environment = declaredEnvironment
      const backends = await startBackends(serverless.service, given, given.port || 3000, root)
      process.stderr.write(
        'no stack is running: invoking with one of its own, which ends with this command\n',
      )
      closeBackends = backends.close
      Object.assign(process.env, backends.environment)
    })

  return {
    commands,
    hooks: {
      initialize: () => {
        if (!isOffline) return
        for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, onSignal)
        watchParents()
        sweepLeftovers(root)
        buildApart(serverless)
        useInventedCredentials()
        // The framework would ask AWS what the references in it stand for.
        if (command === 'invoke local') serverless.service.provider.environment = {}
      },
      'before:offline:start': prepare,
      'before:offline:start:init': prepare,
      'offline:start': run,
      'offline:start:init': run,
      'offline:functionsUpdated:cleanup': () => stack?.reloadFunctions(),
      'before:invoke:local:invoke': beforeInvokeLocal,
      'after:invoke:local:invoke': async () => {
        await Promise.all([closeBackends(), endEsbuild()])
      },
      error: async () => {
        await Promise.all([closeBackends(), door?.close()])
        if (isOffline) await endEsbuild()
      },
    },
  }
}

/** Rebuilding on change is for a person at a terminal; a script wants the functions it started. */
const watches = process.stdout.isTTY === true

/** The bundler runs in a process of its own: it would outlive us as a zombie, and keep a failed command waiting. */
async function endEsbuild(): Promise<void> {
  const { stop } = await import('esbuild')
  await stop()
  await sleep(50)
}

/** Runs that are up at the same time must not rebuild each other's functions. */
function buildApart({ serviceDir, service }: Serverless): void {
  const folder = join('.offline', `build-${process.pid}`)
  service.custom['esbuild'] = {
    ...service.custom['esbuild'],
    outputWorkFolder: folder,
    outputBuildFolder: 'bundles',
    // A context that is left open for rebuilds lets esbuild report a deadlock when it is ended.
    skipRebuild: true,
  }
  if (!watches) service.custom['esbuild']['watch'] = { pattern: [], ignore: [] }
  // What stays out of a package would not be watched either, and that is every file.
  service.package.patterns = []
  process.on('exit', () => {
    process.chdir(serviceDir)
    rmSync(join(serviceDir, folder), { recursive: true, force: true })
  })
}

/** Nothing offline may look for somebody's AWS account: not in a profile, not in the machine's metadata. */
function useInventedCredentials(): void {
  delete process.env['AWS_PROFILE']
  delete process.env['AWS_DEFAULT_PROFILE']
  process.env['AWS_ACCESS_KEY_ID'] ||= 'offline'
  process.env['AWS_SECRET_ACCESS_KEY'] ||= 'offline'
  process.env['AWS_EC2_METADATA_DISABLED'] = 'true'
}

/** A mistake ends the command with one plain line instead of the framework's report. */
async function orExit<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(error instanceof BadSettings ? 2 : 1)
  }
}
