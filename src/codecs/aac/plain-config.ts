/**
 * What stands behind the configuration of the core coder to say that there is no SBR: syncExtensionType 0x2b7, the
 * type of SBR, sbrPresentFlag 0. It begins at a byte, because the configurations of AAC-LC have whole ones.
 */
const noSbr = [0x56, 0xe5, 0x00] as const

/**
 * An AudioSpecificConfig without the words that there is no SBR: FFmpeg's encoder says them, ADTS has no place for them.
 *
 * @see ISO/IEC 14496-3 §1.6.2.1, §1.6.5
 */
export function plainConfig(config: Uint8Array): Uint8Array {
  const end = config.length - noSbr.length
  return end >= 2 && noSbr.every((byte, at) => config[end + at] === byte) ? config.subarray(0, end) : config
}
