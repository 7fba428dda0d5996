import { type AmfObject, amfObject } from '../../formats/amf/amf-value.ts'
import type { RtmpUrl } from './rtmp-url.ts'

/** What servers look for that tell encoders from players by their name. */
const flashVer = 'FMLE/3.0 (compatible; Sluice)'
/** All codecs of Flash, as FFmpeg and librtmp claim them. Source: RTMP 1.0 §7.2.1.1. */
const legacyCodecs = { audioCodecs: 4071, videoCodecs: 252, videoFunction: 1 } as const

/** Source: Enhanced RTMP v2, Enhancing NetConnection connect Command, FourCcInfoMask and CapsExMask. */
const canForward = 0x04
const capsEx = { reconnect: 0x01, multitrack: 0x02, modEx: 0x04, timestampNanoOffset: 0x08 } as const

/** The command object of `connect`: who we are, where we want to go, and that we pass on whatever codec there is. */
export function connectFields({ app, tcUrl }: RtmpUrl): AmfObject {
  const anyCodec = amfObject({ '*': canForward })
  return {
    app,
    type: 'nonprivate',
    flashVer,
    tcUrl,
    fpad: false,
    capabilities: 15,
    ...legacyCodecs,
    objectEncoding: 0,
    fourCcList: ['*'],
    videoFourCcInfoMap: anyCodec,
    audioFourCcInfoMap: anyCodec,
    capsEx: capsEx.reconnect | capsEx.multitrack | capsEx.modEx | capsEx.timestampNanoOffset,
  }
}
