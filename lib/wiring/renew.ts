import { dynamodbClient } from '../aws/clients.ts'
import type { SecretReader } from '../aws/secrets.ts'
import { dynamodbTokens } from '../aws/tokens.ts'
import type { Config } from '../config.ts'
import type { RenewDeps } from '../core/channels/renew-channels.ts'
import type { SourceName } from '../core/model/change.ts'
import type { Log } from '../core/ports/observers.ts'
import { sealingKeys, sourceSecrets } from '../secrets.ts'
import { sources } from '../sources/registry.ts'
import { enabledSourcesOf, isSwitchedOn } from './adapters.ts'
import { awsSettings, sealerOf, secretReader } from './aws.ts'
import { clock } from './clock.ts'

/** Dependencies of `renewChannels`. Builds clients without calling them. */
export function buildRenewDeps(config: Config, log: Log): RenewDeps {
  const isExpiring = (name: SourceName) => sources[name]?.hasChannels === true && isSwitchedOn(name)
  const aws = awsSettings(config)
  // A subscription is given the secret that its webhooks are verified with.
  const webhook = secretReader(config, 'webhook', sourceSecrets('webhook', isExpiring), aws)
  const api = secretReader(config, 'api', [...sourceSecrets('api', isExpiring), sealingKeys], aws)
  const tokens = dynamodbTokens(dynamodbClient(aws), config.LINKS_TABLE, sealerOf(api))
  return {
    sources: Object.keys(sources).filter(isExpiring),
    source: enabledSourcesOf(config, together(webhook, api), tokens),
    clock,
    log,
  }
}

function together(...readers: readonly SecretReader<string>[]): SecretReader<string> {
  const all = async (read: (reader: SecretReader<string>) => ReturnType<SecretReader<string>['read']>) =>
    Object.assign({}, ...(await Promise.all(readers.map(read))))
  return { read: () => all((reader) => reader.read()), readAgain: () => all((reader) => reader.readAgain()) }
}
