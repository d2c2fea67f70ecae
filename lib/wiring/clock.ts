import type { Clock } from '../core/ports/observers.ts'

export const clock: Clock = { now: () => new Date() }
