import type { Frame } from '../../media/frame.ts'

/** control_header_prefix 0x3ff in 11 bits, no trim flags, no extension. */
const headerStart = [0x7f, 0xe0] as const

/**
 * An Opus packet behind its control header, which tells its size in as many 0xff as fit and the rest. Trimming is not
 * told: a live stream is joined in the middle.
 *
 *     | control_header_prefix 0x3ff (11) | start_trim_flag (1) | end_trim_flag (1) | control_extension_flag (1) |
 *     | reserved (2) | { au_size 0xff (8) } … | au_size (8) |
 *
 * @see Opus in MPEG-TS, V0.1.3 (opus_access_unit)
 */
export function opusAccessUnit({ payload }: Frame): readonly Uint8Array[] {
  const full = Math.floor(payload.length / 0xff)
  const header = new Uint8Array(headerStart.length + full + 1).fill(0xff)
  header.set(headerStart)
  header[header.length - 1] = payload.length % 0xff
  return [header, payload]
}
