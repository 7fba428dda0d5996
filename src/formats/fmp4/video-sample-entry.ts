import type { Track, VideoCodec } from '../../media/track.ts'
import { box, fullBox, uint16, uint32, zeros } from './box.ts'
import { colourBoxes } from './colour.ts'

/** 72 dpi as a 16.16 number. ISO/IEC 14496-12 §12.1.3. */
const resolution = 0x480000
const compressorNameSize = 32
/** Colour without alpha. */
const depth = 0x18
const preDefined = 0xffff
/** What 16 bits can say. AV1 and VP9 know pictures of one more, and H.264 still larger ones. */
const largestSide = 0xffff

/**
 * Types of the sample entries. Parameter sets stand in the sample entry (avc1, hvc1, vvc1), not in the samples (avc3,
 * hev1, vvi1): that is how publishers send them, and what Apple's players ask for. Publishers that repeat them in the
 * frames are not filtered, because frames are passed on as they came, and every known player reads them there, too.
 *
 * @see ISO/IEC 14496-15 §5.4.2.1, §8.4.1.1, §11.3.1; AV1-ISOBMFF §2.2; VP-ISOBMFF §2.1
 */
const formats = { h264: 'avc1', h265: 'hvc1', h266: 'vvc1', av1: 'av01', vp8: 'vp08', vp9: 'vp09' } as const

/**
 * The VisualSampleEntry of a track; `undefined` as long as its configuration has not come, and for pictures whose size it
 * cannot say.
 *
 * @see ISO/IEC 14496-12 §12.1.3
 */
export function videoSampleEntry(codec: VideoCodec, { config, video }: Track): Uint8Array | undefined {
  if (config === undefined) return undefined
  const { width = 0, height = 0, colorInfo } = video ?? {}
  if (Math.max(width, height) > largestSide) return undefined
  const picture = [uint16(width, height), uint32(resolution, resolution, 0), uint16(1), zeros(compressorNameSize)]
  return box(
    formats[codec],
    ...[zeros(6), uint16(1), zeros(16), ...picture, uint16(depth, preDefined)],
    ...[configurationBox(codec, config), ...colourBoxes(colorInfo)],
  )
}

/** The forms of `config` are those of these boxes: see `Track`. */
function configurationBox(codec: VideoCodec, config: Uint8Array): Uint8Array {
  switch (codec) {
    case 'h264':
      return box('avcC', config)
    case 'h265':
      return box('hvcC', config)
    case 'h266':
      return fullBox('vvcC', 0, 0, config)
    case 'av1':
      return box('av1C', config)
    case 'vp8':
    case 'vp9':
      return box('vpcC', config)
  }
}
