/** "fLaC", and the header of a STREAMINFO block that is the last: 34 bytes follow. Source: RFC 9639 §6 and §8.1. */
const opening = Uint8Array.of(0x66, 0x4c, 0x61, 0x43, 0x80, 0, 0, 34)
const streamInfoSize = 34

/**
 * The configuration of FLAC as its specification and that of Enhanced RTMP want it. FFmpeg 9.0 sends the STREAMINFO
 * block alone, without what stands before it.
 *
 * @see Enhanced RTMP v2, ExAudioTagBody, FlacSequenceHeader
 */
export function wholeFlacConfig(config: Uint8Array): Uint8Array {
  return config.length === streamInfoSize ? Uint8Array.of(...opening, ...config) : config
}
