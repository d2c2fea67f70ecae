import * as z from 'zod'
import { nameSettings } from './sync-config-problems.ts'

/** An object that takes these settings and no others. */
export function settings<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, nameSettings(Object.keys(shape)))
}
