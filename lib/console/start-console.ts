import { randomBytes } from 'node:crypto'
import { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import { bindLoopback } from '../offline/loopback.ts'
import { BadInput } from '../operator/errors.ts'
import { consoleApp } from './app.ts'
import type { Place } from './state/place.ts'
import { newSite } from './state/site.ts'

export type RunningConsole = {
  /** What is printed: where the console can be opened. */
  readonly url: string
  /** Ends the streams, stops the jobs and releases what they hold. */
  close(): Promise<void>
}

export type ConsoleSettings = {
  /** 0: any free one. */
  readonly port: number
  /** Lets in only browsers that opened the printed address, which holds a key that works once. */
  readonly needsKey?: boolean
}

/** Serves the console on 127.0.0.1. Throws BadInput when the port is not available. */
export async function startConsole(
  place: Place,
  { port, needsKey = false }: ConsoleSettings,
): Promise<RunningConsole> {
  let answer = (_: Request): Response | Promise<Response> => new Response(null, { status: 503 })
  const server = createAdaptorServer({ fetch: (request) => answer(request) })
  if (!(server instanceof Server)) throw new Error('expected a server of HTTP/1.1')
  const listening = await bindLoopback(server, port).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'EADDRINUSE' ? 'is taken' : `cannot be used (${cause.code})`
    throw new BadInput(
      `CONSOLE_PORT: 127.0.0.1:${port} ${why}; set CONSOLE_PORT to another one, or to 0 for any`,
      { cause },
    )
  })
  const site = newSite(place)
  const key = needsKey ? randomBytes(24).toString('base64url') : undefined
  const app = consoleApp(site, { port: listening, key })
  answer = (request) => app.fetch(request)
  const origin = `http://127.0.0.1:${listening}`
  return {
    url: key === undefined ? origin : `${origin}/?key=${key}`,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await Promise.all([closed, site.close()])
    },
  }
}
