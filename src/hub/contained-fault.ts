/**
 * A fault of this server that has ended no more than it concerns: a reader, the readers of a format, a connection or a
 * relay. All others go on.
 */
export type ContainedFault = {
  readonly part: 'reader' | 'format' | 'connection' | 'relay'
  /** Protocol, or name of the format. */
  readonly name: string
  readonly stream?: string
  /** Id of the reader or the connection. */
  readonly connection?: string
  /** What was thrown. */
  readonly error: unknown
}

/** Is told of each one. */
export type FaultSink = (fault: ContainedFault) => void

/** Tell of a fault. Where nobody listens it is thrown on, so that nothing hides one. */
export function reportFault(sink: FaultSink | undefined, fault: ContainedFault): void {
  if (sink === undefined) throw fault.error
  sink(fault)
}
