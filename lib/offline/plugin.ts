import { adapterEnvironment } from './adapter-parameters.ts'
import { buildApart, endEsbuild, rebuild, watches } from './builds.ts'
import { checkService, reviewSyncConfig } from './check-service.ts'
import { offlineCommands } from './commands.ts'
import type { HttpDoor } from './door/http-door.ts'
import { readGivenVariables, readSettings } from './environment.ts'
import { orExit } from './or-exit.ts'
import type { PluginUtils, Serverless } from './serverless.ts'
import type { Stack } from './stack.ts'
import { sweepLeftovers } from './sweep.ts'
import { keepSyncConfig } from './sync-config-edits.ts'
import { watchParents } from './watch-parents.ts'

/**
 * `serverless offline`: runs the functions and everything they need on this machine. `serverless invoke local`: runs a function
 * with the running stack, or with a stack of its own. Modules that only these commands need are loaded on demand, so that package
 * and deploy stay fast.
 */
export default function offlinePlugin(
  serverless: Serverless,
  options: Readonly<Record<string, unknown>>,
  { log }: PluginUtils,
) {
  const root = serverless.serviceDir
  const { provider } = serverless.service
  const declaredEnvironment = { ...provider.environment, ...adapterEnvironment(serverless) }
  provider.environment = declaredEnvironment
  const command = serverless.processedInput.commands.join(' ')
  const isOffline = command === 'invoke local' || command.startsWith('offline')
  let door: HttpDoor | undefined
  let stack: Stack | undefined
  let closeBackends = async () => {}
  let syncConfig: ReturnType<typeof keepSyncConfig> | undefined
  /** Stops whatever has been started so far. */
  let stop = endEsbuild
  let isStopping = false

  const onSignal = () => {
    // The same signal can arrive twice: from npm and from the terminal.
    if (isStopping) return
    isStopping = true
    // The process must end within five seconds, even if something hangs.
    setTimeout(() => process.exit(1), 4500).unref()
    void orExit(stop).then(() => process.exit(0))
  }

  const settings = () => {
    const asked = options['httpPort'] === undefined ? {} : { PORT: String(options['httpPort']) }
    return readSettings({ ...readGivenVariables(root), ...asked })
  }

  /** Binds the port before the build, so that a port that is taken is reported at once. */
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
    const { serveConsole } = await import('./serve-console.ts')
    const closeConsole = await orExit(() => serveConsole(running.info, settings().consolePort))
    const endWatch = syncConfig?.watch({
      rebuild: async () => {
        await rebuild(serverless)
        running.reloadFunctions()
      },
      review: reviewSyncConfig,
      print: (line) => process.stdout.write(`${line}\n`),
      complain: (line) => process.stderr.write(`${line}\n`),
    })
    stop = async () => {
      endWatch?.()
      await Promise.all([endEsbuild(), closeConsole(), running.stop()])
    }
    process.stdout.write(`ready: ${door?.url}\n`)
    // Run until a signal ends the process.
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
    commands: offlineCommands,
    hooks: {
      initialize: async () => {
        await checkService(serverless)
        if (!isOffline) return
        for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, onSignal)
        watchParents()
        sweepLeftovers(root)
        syncConfig = keepSyncConfig(root)
        buildApart(serverless, syncConfig.plugin)
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

/** The local stack must not use real AWS credentials, neither of a profile nor of the instance metadata service. */
function useInventedCredentials(): void {
  delete process.env['AWS_PROFILE']
  delete process.env['AWS_DEFAULT_PROFILE']
  process.env['AWS_ACCESS_KEY_ID'] ||= 'offline'
  process.env['AWS_SECRET_ACCESS_KEY'] ||= 'offline'
  process.env['AWS_EC2_METADATA_DISABLED'] = 'true'
}
