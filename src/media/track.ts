/**
 * What a track carries.
 *
 * `flv-video` and `flv-audio` are codecs that this server does not take apart: the payload of their frames, and
 * their `config`, is the whole FLV tag body, so that RTMP and FLV readers get it untouched and other formats know
 * that they cannot carry it. `amf0` is script data: the payload is the AMF0 body of one data message. `scte35` are cues to
 * splice, `klv` is metadata such as that of drones, `id3` is metadata of HLS: transport streams carry them.
 */
export type Codec = VideoCodec | AudioCodec | DataCodec | 'flv-video' | 'flv-audio'

export type VideoCodec = 'h264' | 'h265' | 'h266' | 'av1' | 'vp8' | 'vp9'

export type AudioCodec = 'aac' | 'mp3' | 'opus' | 'flac' | 'ac3' | 'eac3'

export type DataCodec = 'amf0' | 'scte35' | 'klv' | 'id3'

export type TrackKind = 'video' | 'audio' | 'data'

/**
 * One elementary stream inside a stream, in one generation of its configuration.
 *
 * Immutable and plain: a change of configuration is a new object with the same `id` and the next `generation`, and
 * readers notice it because `frame.track` is no longer the object they know. No object of a connection is reachable
 * from here.
 */
export type Track = {
  /** Position among the stream's tracks; stable for as long as the publisher stays. */
  readonly id: number
  readonly kind: TrackKind
  /**
   * Position among the tracks of its kind. Readers that take one track of a kind take number 0, which each kind has
   * from the start.
   */
  readonly index: number
  readonly codec: Codec
  /** Name for people: `H.264`, `AAC`, or the FourCC of a codec that passes through untouched. */
  readonly codecLabel: string
  /** Counts from 0; grows by one with each change of configuration. */
  readonly generation: number
  /** Ticks per second of this track's times. */
  readonly timescale: number
  /** Three letters of ISO 639-2, if the publisher tells it. */
  readonly language?: string
  /**
   * What a decoder needs before the first frame, or `undefined` if the codec needs nothing or it has not come yet.
   * h264: AVCDecoderConfigurationRecord (ISO/IEC 14496-15 §5.3.3.1). h265: HEVCDecoderConfigurationRecord (§8.3.3.1).
   * h266: VvcDecoderConfigurationRecord (§11.2.4.2). av1: AV1CodecConfigurationRecord (AV1-ISOBMFF §2.3.3).
   * vp8, vp9: the body of a VPCodecConfigurationBox, version and flags included (VP-ISOBMFF §2.2).
   * aac: AudioSpecificConfig (ISO/IEC 14496-3 §1.6.2.1). opus: identification header from "OpusHead" on (RFC 7845 §5.1).
   * flac: "fLaC" and the metadata blocks, STREAMINFO first (RFC 9639 §6). mp3, ac3, eac3: none, the frames tell it.
   * amf0: the body of the newest onMetaData.
   * flv-video, flv-audio: the whole body of the sequence header tag.
   */
  readonly config: Uint8Array | undefined
  /**
   * av1: true if the publisher opens its temporal units with the delimiter that frames leave out, so that formats which
   * may have it write what was sent.
   */
  readonly isDelimited?: boolean
  /** h264, aac: true if the publisher names the codec by its FourCC, so that RTMP readers who know it so get it so. */
  readonly hasFourCc?: boolean
  readonly video?: VideoFacts
  readonly audio?: AudioFacts
}

/** What the configuration says about the picture. A missing field is not known. */
export type VideoFacts = {
  readonly width: number
  readonly height: number
  /** Frames per second as the configuration declares it; often absent, so the API also measures. */
  readonly frameRate?: number
  /** RFC 6381 codec string, for example `avc1.64001f`. */
  readonly codecString?: string
  /** Colour and mastering display as the publisher tells them: the AMF0 body of an Enhanced RTMP metadata message. */
  readonly colorInfo?: Uint8Array
}

/** What the configuration says about the sound. */
export type AudioFacts = {
  readonly sampleRate: number
  readonly channels: number
  /** RFC 6381 codec string, for example `mp4a.40.2`. */
  readonly codecString?: string
  /** Order of the channels as the publisher tells it: the body of an Enhanced RTMP multichannel configuration. */
  readonly channelOrder?: Uint8Array
}
