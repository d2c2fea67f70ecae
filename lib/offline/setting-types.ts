import * as z from 'zod'

/** Where an API or a service is. */
export const origin = z
  .string()
  .regex(/^https?:\/\/[^/?#\s]+$/, 'expected an origin without a path, such as http://127.0.0.1:4566')
export const wholeSeconds = z.string().regex(/^\d{1,6}$/, 'expected a whole number of seconds')

const aPort = 'expected a port from 0 (any free one) to 65535'
/** As a number. */
export const port = z
  .string()
  .regex(/^\d{1,5}$/, aPort)
  .transform(Number)
  .refine((number) => number <= 65535, aPort)
