/** What npm installs for each peer. The first version is the one in the report. */
export const packages = {
  nodeRed: { 'node-red': '5.0.7' },
  restate: { '@restatedev/restate-server': '1.7.12', '@restatedev/restate-sdk': '1.17.2' },
} as const
