import { ac3SamplesPerFrame, decodeAc3SyncFrame } from './sync-frame.ts'

/**
 * Samples that the payload of a frame decodes to: one or more AC-3 frames. What is cut short counts as a frame.
 *
 * @throws {ProtocolError}
 * @see ETSI TS 102 366 §4.3.1
 */
export function ac3PayloadSamples(payload: Uint8Array): number {
  const { frameSize } = decodeAc3SyncFrame(payload)
  return ac3SamplesPerFrame * Math.ceil(payload.length / frameSize)
}
