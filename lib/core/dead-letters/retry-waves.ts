import { isAutomatic, receiveLimit, roundOf } from './dead-letter.ts'
import { type DiagnosedLetter, firstWave, timeOf } from './redrive.ts'

/** How long a dead letter waits before it is redriven, by its round. */
const restMillis = [15 * 60_000, 3_600_000, 4 * 3_600_000] as const
/** How long all dead letters with the same failure wait after one of them has failed again. */
const holdMillis = 3_600_000
/** The time between waves, in which the last wave may fail: the schedule's interval. Each wave is twice as large. */
const waveMillis = 15 * 60_000
const largestWave = 640
/** How long a dead letter that failed again limits the waves of those with the same failure. */
const signalMillis = holdMillis + waveMillis * Math.log2(largestWave / firstWave)

/** The dead letters to redrive now. `letters` are sorted by time; `troubles` are the failures that wait because one came back. */
export function chooseLetters(
  letters: readonly DiagnosedLetter[],
  now: Date,
): { readonly chosen: readonly DiagnosedLetter[]; readonly troubles: readonly string[] } {
  const waves = [...Map.groupBy(letters, ({ trouble }) => trouble)].map(([trouble, members]) => {
    const heldUntil =
      members.filter(cameBack).reduce((last, it) => Math.max(last, timeOf(it.letter)), 0) + holdMillis
    const isHeld = heldUntil > now.getTime() && members.some(mayGo)
    const rested = members.filter((member) => mayGo(member) && restedAt(member) <= now.getTime())
    return { trouble, isHeld, chosen: isHeld ? [] : rested.slice(0, waveSize(rested, heldUntil, now)) }
  })
  return {
    chosen: waves.flatMap(({ chosen }) => chosen),
    troubles: waves.flatMap(({ trouble, isHeld }) => (isHeld ? [trouble] : [])),
  }
}

function waveSize(rested: readonly DiagnosedLetter[], heldUntil: number, now: Date): number {
  if (rested.some(({ diagnosis }) => diagnosis.code === receiveLimit.code)) return firstWave
  const since = Math.max(
    heldUntil,
    rested.reduce((first, it) => Math.min(first, restedAt(it)), now.getTime()),
  )
  const waves = Math.floor((now.getTime() - since) / waveMillis)
  return Math.min(largestWave, firstWave * 2 ** waves)
}

function mayGo({ letter, diagnosis }: DiagnosedLetter): boolean {
  return isAutomatic(letter, diagnosis)
}

function cameBack({ letter }: DiagnosedLetter): boolean {
  return roundOf(letter) > 0
}

/** From then on it may be redriven automatically, in milliseconds; the waves decide when it is. */
export function restedAt({ letter }: DiagnosedLetter): number {
  return timeOf(letter) + (restMillis[Math.min(roundOf(letter), restMillis.length - 1)] ?? 0)
}

/** It failed again recently, which limits the waves of those with the same failure. */
export function isSignal({ letter, diagnosis }: DiagnosedLetter, now: Date): boolean {
  return letter.change !== null && diagnosis.retryable && timeOf(letter) + signalMillis > now.getTime()
}
