const offlineOptions = {
  httpPort: {
    type: 'string',
    usage: 'Where the HTTP door listens; 0 for any free port. Default: PORT, else 3000',
  },
}

/** The commands this plugin adds to `serverless`. */
export const offlineCommands = {
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
      // serverless-esbuild runs this after each rebuild.
      functionsUpdated: { type: 'entrypoint', lifecycleEvents: ['cleanup'] },
    },
  },
}
