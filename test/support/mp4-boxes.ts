/** A box around bytes in hexadecimal, or around other boxes. Written from ISO/IEC 14496-12 §4.2. */
export function mp4Box(type: string, ...parts: readonly (string | Uint8Array)[]): Buffer {
  const data = Buffer.concat(
    parts.map(part => (typeof part === 'string' ? Buffer.from(part.replaceAll(' ', ''), 'hex') : part)),
  )
  const head = Buffer.alloc(8)
  head.writeUInt32BE(8 + data.length)
  head.write(type, 4, 'latin1')
  return Buffer.concat([head, data])
}

/** So many bytes of 0 in hexadecimal. */
export const zeros = (count: number): string => '00'.repeat(count)

/**
 * A fragment of track 3, by hand from ISO/IEC 14496-12 §8.8: from 2^32 on, samples of 4 and 2 bytes of 3000 ticks each,
 * the first one a key frame that is shown 3000 ticks later.
 */
export const twoSamples = {
  moof: mp4Box(
    'moof',
    mp4Box('mfhd', zeros(8)),
    mp4Box(
      'traf',
      mp4Box('tfhd', '00020000 00000003'),
      mp4Box('tfdt', '01000000 00000001 00000000'),
      mp4Box('trun', '00000a05 00000002 00000074 02000000 00000004 00000bb8 00000002 00000000'),
    ),
  ),
  mdat: mp4Box('mdat', '01020304 0506'),
}
