/**
 * Replaces the SDK's endpoint discovery in the bundles (`alias` in `serverless.yml`). DynamoDB's client still reads
 * its settings but no longer discovers endpoints; the cache would add 9 kB.
 */
export const NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS = {
  environmentVariableSelector: () => undefined,
  configFileSelector: () => undefined,
  default: undefined,
}

export function resolveEndpointDiscoveryConfig<Config>(config: Config): Config {
  return config
}
