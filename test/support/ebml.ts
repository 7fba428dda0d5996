/** An element around bytes in hexadecimal, or around other elements. Its size takes four bytes. Written from RFC 8794 §3. */
export function ebml(id: string, ...parts: readonly (string | Uint8Array)[]): Buffer {
  const data = Buffer.concat(parts.map(part => (typeof part === 'string' ? bytesOf(part) : part)))
  const size = Buffer.alloc(4)
  size.writeUInt32BE(0x10000000 + data.length)
  return Buffer.concat([bytesOf(id), size, data])
}

/** The beginning of an element of unknown size: what is in it follows. Source: RFC 8794 §6.2. */
export function openEbml(id: string): Buffer {
  return bytesOf(`${id}01ffffffffffffff`)
}

/** Text as bytes in hexadecimal. */
export function hexText(text: string): string {
  return Buffer.from(text).toString('hex')
}

function bytesOf(hex: string): Buffer {
  return Buffer.from(hex.replaceAll(' ', ''), 'hex')
}
