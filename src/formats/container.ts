/** How frames are put into one file, or one stream of bytes. */
export type Container = 'flv' | 'matroska' | 'mp4' | 'mpegts'

/** What begins an MP4, of a segment or of a file from before there was an ftyp too. ISO/IEC 14496-12 §4.3, §8.1, §8.16.2. */
const firstBoxes = ['ftyp', 'styp', 'moov', 'mdat', 'free', 'skip', 'wide', 'moof']
const syncByte = 0x47
/** Of packets, and of packets with a time in front. */
const packetSizes = [188, 192, 204]

/** Bytes that `containerOf` looks at. */
export const containerHeadSize = 512

/**
 * Which container begins so; `undefined` if it is none that we know.
 *
 * @param head The first bytes, `containerHeadSize` of them where there are as many.
 * @see FLV 10.1 §E.2, RFC 8794 §11.2, ISO/IEC 14496-12 §4.2, ISO/IEC 13818-1 §2.4.3.2
 */
export function containerOf(head: Uint8Array): Container | undefined {
  const text = String.fromCharCode(...head.subarray(0, 8))
  if (text.startsWith('FLV')) return 'flv'
  if (text.startsWith('\x1a\x45\xdf\xa3')) return 'matroska'
  if (firstBoxes.includes(text.slice(4))) return 'mp4'
  return isTransportStream(head) ? 'mpegts' : undefined
}

/** Packet behind packet from the first byte on, or from behind the time in front of it. */
function isTransportStream(head: Uint8Array): boolean {
  return [0, 4].some(at => {
    return head[at] === syncByte && packetSizes.some(size => head[at + size] === syncByte || head.length <= at + size)
  })
}
