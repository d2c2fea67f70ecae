import * as z from 'zod'

/**
 * Imported first by each function: by default, zod compiles each schema with `new Function` when it is first used, which
 * is a twentieth of a cold start and saves no CPU time later at the sizes that are parsed here.
 */
z.config({ jitless: true })
