/** What happened in a run, in order, as a person reads it. */
export type History = {
  tell(actor: string, text: string): void
  lines(): string[]
}

export function runHistory(now: () => number, startsAt: number): History {
  const entries: { readonly at: number; readonly actor: string; readonly text: string }[] = []
  return {
    tell: (actor, text) => void entries.push({ at: now(), actor, text }),
    lines: () =>
      entries.map(
        ({ at, actor, text }) => `${sinceStart(at - startsAt).padStart(16)}  ${actor.padEnd(10)}  ${text}`,
      ),
  }
}

/** `1d 03:04:05.678` since the run began. */
function sinceStart(millis: number): string {
  const days = Math.floor(millis / 86_400_000)
  const clock = new Date(millis).toISOString().slice(11, 23)
  return days > 0 ? `${days}d ${clock}` : clock
}
