import { ProtocolError } from '../../core/errors.ts'

/** Samples of a frame at 48 kHz by the low bits of `config`, for each of the modes. RFC 6716 table 2. */
const silkSamples = [480, 960, 1920, 2880] as const
const hybridSamples = [480, 960] as const
const celtSamples = [120, 240, 480, 960] as const
const firstHybridConfig = 12
const firstCeltConfig = 16
/** 120 ms. */
const mostSamples = 5760

/**
 * Samples at 48 kHz that an Opus packet decodes to.
 *
 *     | config (5) | s (1) | c (2) |      c = 0: one frame, 1 and 2: two frames, 3: a frame count byte follows
 *     | v (1) | p (1) | M (6) |           M frames
 *
 * @throws {ProtocolError}
 * @see RFC 6716 §3.1, §3.2.5
 */
export function opusPacketSamples(packet: Uint8Array): number {
  const [toc] = packet
  if (toc === undefined) throw malformed('it has at least one byte')
  const samples = frameSamples(toc >> 3) * frameCount(packet, toc & 3)
  if (samples > mostSamples) throw malformed(`it has at most ${mostSamples} samples, is ${samples}`)
  return samples
}

function frameSamples(config: number): number {
  if (config >= firstCeltConfig) return celtSamples[config & 3] as number
  if (config >= firstHybridConfig) return hybridSamples[config & 1] as number
  return silkSamples[config & 3] as number
}

function frameCount(packet: Uint8Array, code: number): number {
  if (code === 0) return 1
  if (code < 3) return 2
  const frames = (packet[1] ?? 0) & 0x3f
  if (frames === 0) throw malformed('it has at least one frame')
  return frames
}

function malformed(rule: string): ProtocolError {
  return new ProtocolError('opus', 'malformed', `Cannot decode Opus packet: ${rule}`)
}
