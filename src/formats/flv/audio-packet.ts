import type { AudioCodec } from '../../media/track.ts'
import type { OpaqueTag } from './opaque-tag.ts'

/** What an audio tag body says of one track. All byte fields are views of the body. */
export type AudioTag =
  | {
      readonly type: 'config'
      readonly trackId: number
      readonly codec: AudioCodec
      /** Named by FourCC, as in Enhanced RTMP. */
      readonly hasFourCc: boolean
      readonly config: Uint8Array
    }
  | AudioTagFrame
  | { readonly type: 'end'; readonly trackId: number; readonly codec: AudioCodec }
  | ChannelOrderTag
  | OpaqueTag

export type AudioTagFrame = {
  readonly type: 'frame'
  /** 0 where the body does not tell tracks apart. */
  readonly trackId: number
  readonly codec: AudioCodec
  readonly nanoOffset: number | undefined
  /** May be empty. */
  readonly payload: Uint8Array
}

export type ChannelOrderTag = {
  readonly type: 'channelOrder'
  readonly trackId: number
  readonly codec: AudioCodec
  /** Body of a MultichannelConfig message that we understand. */
  readonly channelOrder: Uint8Array
}
