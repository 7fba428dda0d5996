import { ByteReader } from '../../core/byte-reader.ts'

/** Order of the channels of a sound, where its codec does not tell it. */
export type MultichannelConfig = {
  readonly channelCount: number
  readonly order:
    | { readonly type: 'unspecified' }
    /** Bits of AudioChannelMask: which speakers there are, in the order of the bits. */
    | { readonly type: 'native'; readonly channelFlags: number }
    /** AudioChannel of each channel. */
    | { readonly type: 'custom'; readonly channels: Uint8Array }
}

/** AudioChannelOrder. */
const channelOrders = { unspecified: 0, native: 1, custom: 2 } as const

/**
 * Decode the body of a MultichannelConfig message; `undefined` if its channel order is one that we do not know.
 *
 *     | AudioChannelOrder (8) | channelCount (8) | Custom: AudioChannel (8) each | Native: AudioChannelMask (32) |
 *
 * @throws {ProtocolError} If it is cut short.
 * @see Enhanced RTMP v2, ExAudioTagBody
 */
export function decodeMultichannelConfig(body: Uint8Array): MultichannelConfig | undefined {
  const reader = new ByteReader(body, 'flv')
  const order = reader.u8()
  const channelCount = reader.u8()
  switch (order) {
    case channelOrders.unspecified:
      return { channelCount, order: { type: 'unspecified' } }
    case channelOrders.native:
      return { channelCount, order: { type: 'native', channelFlags: reader.u32() } }
    case channelOrders.custom:
      return { channelCount, order: { type: 'custom', channels: reader.bytes(channelCount) } }
    default:
      return undefined
  }
}
