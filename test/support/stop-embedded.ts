/** After the last test: the child ends with its standard input. */
export default function stopEmbedded(): void {
  globalThis.stopEmbeddedServices?.()
}
