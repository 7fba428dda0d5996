import type { Ticks } from '../core/units.ts'
import type { Track } from './track.ts'

/**
 * One access unit of one track: the only thing that crosses the hub.
 *
 * Shared, not copied: every reader sees the same object, so nothing here may be changed after `Publisher.write`.
 * The frame owns its payload: a publisher that parsed it as a small view of a large socket read copies it first,
 * else one 200-byte audio frame kept for a GOP keeps the whole read alive.
 */
export type Frame = {
  /** The track in the generation that this frame needs. Readers compare by identity to notice a new one. */
  readonly track: Track
  /** Decode time in ticks of the track. Never goes back within a track; gaps are allowed. */
  readonly dts: Ticks
  /** Presentation time in ticks of the track. Equal to `dts` for audio and data. */
  readonly pts: Ticks
  /** Nanoseconds, 0 to 999999, that the presentation is later than `pts` says; only where the publisher told them. */
  readonly nanoOffset?: number
  /** True if decoding can start here: IDR for H.264, IRAP for H.265, always for audio and data. */
  readonly isKey: boolean
  /**
   * h264, h265: NAL units, each behind its length in as many bytes as the configuration says (ISO/IEC 14496-15
   * §5.3.2); h266 the same. av1: the OBUs of one temporal unit in low-overhead format, without temporal delimiter
   * (AV1-ISOBMFF §2.4). vp8, vp9, opus, flac, ac3, eac3: one frame as its specification defines it. aac: one
   * raw_data_block without ADTS. mp3: one or more whole MPEG audio frames.
   * scte35: one splice_info_section, CRC included, whose moments are in ticks of the track (SCTE 35 §9.6).
   * klv: one or more whole KLV items (SMPTE ST 336). id3: one or more ID3v2 tags.
   * amf0: the body of one AMF0 data message. flv-video, flv-audio: one whole FLV tag body.
   * At least one byte.
   */
  readonly payload: Uint8Array
}
