import type { Milliseconds } from '../../core/units.ts'
import type { VideoCodec } from '../../media/track.ts'
import type { OpaqueTag } from './opaque-tag.ts'

/** FrameType. Source: FLV 10.1 §E.4.3.1. */
export const frameTypes = { key: 1, inter: 2, generatedKey: 4, command: 5 } as const

/** What a video tag body says of one track. All byte fields are views of the body. */
export type VideoTag =
  | {
      readonly type: 'config'
      readonly trackId: number
      readonly codec: VideoCodec
      /** Named by FourCC, as in Enhanced RTMP. */
      readonly hasFourCc: boolean
      readonly config: Uint8Array
    }
  | VideoTagFrame
  | { readonly type: 'end'; readonly trackId: number; readonly codec: VideoCodec }
  /** Colours, or that they are the codec's own again. */
  | { readonly type: 'colorInfo'; readonly trackId: number; readonly codec: VideoCodec; readonly colorInfo: Uint8Array }
  /** Not a picture: a seek mark of Flash servers. */
  | { readonly type: 'command' }
  | OpaqueTag

export type VideoTagFrame = {
  readonly type: 'frame'
  /** 0 where the body does not tell tracks apart. */
  readonly trackId: number
  readonly codec: VideoCodec
  readonly isKey: boolean
  /** Presentation time minus decode time; may be negative. */
  readonly compositionTime: Milliseconds
  readonly nanoOffset: number | undefined
  /** May be empty. */
  readonly payload: Uint8Array
  /** The whole tag body. */
  readonly body: Uint8Array
}
