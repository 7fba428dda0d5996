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
