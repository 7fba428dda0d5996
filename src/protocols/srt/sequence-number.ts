/** Sequence numbers have 31 bits and go round. Source: SRT draft §3.1. */
export const sequenceMask = 0x7fff_ffff

/** The sequence number `count` after `sequence`, or before it if `count` is negative. */
export function addSequence(sequence: number, count: number): number {
  return (sequence + count) & sequenceMask
}

/** The shorter way from one sequence number to another on the circle of 2^31; negative if `to` is behind. */
export function sequenceDistance(from: number, to: number): number {
  return ((to - from) << 1) >> 1
}

/** Sequence numbers from the first to the last, both included. */
export type SequenceRange = { readonly first: number; readonly last: number }
