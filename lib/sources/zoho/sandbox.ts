import type { Sandbox, SandboxRequest, SandboxResponse } from '../../offline/sandbox/sandbox.ts'
import { isIssuedToken } from '../../offline/sandbox/sandbox-tokens.ts'
import { refusal } from './sandbox-answers.ts'
import { sandboxChannels } from './sandbox-channels.ts'
import { sandboxRecords } from './sandbox-records.ts'

type Options = {
  /** The access tokens are those that `zohoAccountsSandbox` issues for this client. */
  readonly clientSecret: string
  /** The channel of docs/connect/zoho.md. Without it, there is none. */
  readonly channel?: { readonly id: string; readonly url: string; readonly token: string } | undefined
  readonly now?: () => number
}

/** A sandbox of the API v8: reading and listing records of three modules, and notification channels. */
export function zohoSandbox({ clientSecret, channel, now = Date.now }: Options): Sandbox {
  const records = sandboxRecords()
  const channels = sandboxChannels(now)
  if (channel) {
    channels.put({
      object: 'channels',
      channel_id: channel.id,
      notify_url: channel.url,
      events: ['Contacts.all', 'Accounts.all'],
      channel_expiry: new Date(now() + 6 * 86_400_000).toISOString().replace(/\.\d+Z$/, '+00:00'),
      token: channel.token,
      notify_on_related_action: false,
    })
  }

  const route = (request: SandboxRequest): SandboxResponse => {
    const { method, path, query, headers, body } = request
    const [, token = ''] = /^Zoho-oauthtoken (\S+)$/.exec(headers['authorization'] ?? '') ?? []
    if (!isIssuedToken(token, clientSecret, now()))
      return refusal(401, 'INVALID_TOKEN', 'invalid oauth token')
    const [, rest] = /^\/crm\/v8\/(.+)$/.exec(path) ?? []
    if (rest === 'actions/watch') {
      if (method === 'GET') return channels.list()
      return method === 'POST' || method === 'PATCH' ? channels.watch(method, parsed(body)) : wrongMethod
    }
    if (rest === 'coql') return method === 'POST' ? records.query(parsed(body)) : wrongMethod
    const [, module = '', id] = /^(Contacts|Accounts|Leads)(?:\/(\d+|deleted))?$/.exec(rest ?? '') ?? []
    if (module === '')
      return refusal(404, 'INVALID_URL_PATTERN', 'Please check if the URL trying to access is a correct one')
    if (method !== 'GET') return wrongMethod
    return id === 'deleted' ? records.listDeleted(module, request) : records.read(module, id, query)
  }

  return {
    name: 'zoho',
    handle: route,
    records: records.all,
    editableRecords: records.editable,
    putRecord: (record) => {
      if (!channels.put(record)) records.put(record)
    },
  }
}

const wrongMethod = refusal(400, 'INVALID_REQUEST_METHOD', 'The http request method type is not a valid one')

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
