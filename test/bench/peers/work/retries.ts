/** How often peers that give up call the provider for one webhook. */
export const tries = 3
/** The wait before another try; peers that do not give up wait longer each time. */
export const pauseMs = 200
