/** A change of the configuration that can be made: everything that could go wrong with it has gone well. */
export interface PreparedChange {
  /** It holds from now on. */
  commit(): void
  /** It is not to be: give up what was made ready. */
  discard(): Promise<void>
}
