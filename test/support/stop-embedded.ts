/** Runs after all tests. The child process ends with its standard input. */
export default function stopEmbedded(): void {
  globalThis.stopEmbeddedServices?.()
}
