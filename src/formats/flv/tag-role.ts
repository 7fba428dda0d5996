import type { FlvTag } from './flv-file-reader.ts'
import { isMetadata } from './metadata.ts'
import { tagTypes } from './tag-header.ts'

/**
 * What a tag is to somebody who passes tags on: `metadata` and `header` are kept for those who come later, at a `key`
 * the stream can be cut, `other` is all the rest.
 */
export type TagRole = 'metadata' | 'header' | 'key' | 'other'

/** Codec ids whose second byte is a packet type, 0 for the header: AVC, and HEVC as Chinese encoders number it. */
const packetizedVideo: readonly number[] = [7, 12]
const aac = 10
const exAudioHeader = 9
const keyFrame = 1
const sequenceStart = 0

/**
 * The role of a tag by the first two bytes of its body. Multitrack messages are `other`.
 *
 * @see FLV 10.1 §E.4.2.1 and §E.4.3.1, Enhanced RTMP v2, ExVideoTagHeader and ExAudioTagHeader
 */
export function tagRole({ type, body }: FlvTag): TagRole {
  const [first = 0, second] = body
  if (type === tagTypes.script) return isMetadata(body) ? 'metadata' : 'other'
  if (type === tagTypes.audio) {
    const format = first >> 4
    if (format === aac && second === 0) return 'header'
    return format === exAudioHeader && (first & 0xf) === sequenceStart ? 'header' : 'other'
  }
  const isEx = (first & 0x80) !== 0
  const isHeader = isEx ? (first & 0xf) === sequenceStart : packetizedVideo.includes(first & 0xf) && second === 0
  if (isHeader) return 'header'
  return ((first >> 4) & 7) === keyFrame ? 'key' : 'other'
}
