/** A port that is open. */
export type OpenPort = {
  readonly address: string
  readonly port: number
  /** Accept nobody there any more. Connections live on. Idempotent. */
  stop(): void
  /** The same, and the port is free at once: connections that cannot do without go on over the next one. */
  release(): void
}
