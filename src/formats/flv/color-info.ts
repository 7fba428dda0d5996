/** The AMF0 string "colorInfo" (marker, length, text), the name in front of the one value that metadata may have. */
const nameBytes = Buffer.from('\x02\x00\x09colorInfo', 'latin1')
/** AMF0 undefined, and an object without members: the colours are those of the codec again. */
const resets = ['06', '03000009'].map(text => Buffer.from(text, 'hex'))

/**
 * True if the body of a Metadata message tells colours. Nothing else may be told so today.
 *
 *     | AMF0 string "colorInfo" | AMF0 value |
 *
 * @see Enhanced RTMP v2, Metadata Frame
 */
export function isColorInfo(body: Uint8Array): boolean {
  return body.length > nameBytes.length && nameBytes.every((byte, at) => body[at] === byte)
}

/** True if a colorInfo body takes back what was told before. */
export function isColorReset(body: Uint8Array): boolean {
  return resets.some(reset => reset.equals(body.subarray(nameBytes.length)))
}
