export type Packages = {
  /** Name → version. The first one's version is the peer's. */
  readonly versions: Readonly<Record<string, string>>
  /** Versions of what these depend on that are installed in place of those that they name. */
  readonly overrides?: Readonly<Record<string, string>>
  /** Packages whose install scripts run: they build what is native. No others run. */
  readonly builds?: readonly string[]
}

/** What npm installs for each peer. */
export const packages = {
  nodeRed: { versions: { 'node-red': '5.0.7' } },
  restate: { versions: { '@restatedev/restate-server': '1.7.12', '@restatedev/restate-sdk': '1.17.2' } },
  /**
   * 2.41.3 named a version of `@n8n/agents` that the registry did not have. Its own `xlsx` comes from a server that is not
   * the registry; the workflow reads no spreadsheets.
   */
  n8n: { versions: { n8n: '2.40.7' }, overrides: { xlsx: '0.18.5' }, builds: ['sqlite3'] },
} as const satisfies Readonly<Record<string, Packages>>
