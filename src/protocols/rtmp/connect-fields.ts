import type { AmfObject } from '../../formats/amf/amf-value.ts'
import { ownCapabilities } from './enhanced-capabilities.ts'
import type { RtmpUrl } from './rtmp-url.ts'

/** What servers look for that tell encoders from players by their name. */
const flashVer = 'FMLE/3.0 (compatible; Sluice)'
/** All codecs of Flash, as FFmpeg and librtmp claim them. Source: RTMP 1.0 §7.2.1.1. */
const legacyCodecs = { audioCodecs: 4071, videoCodecs: 252, videoFunction: 1 } as const

/** The command object of `connect`: who we are, where we want to go, and that we pass on whatever codec there is. */
export function connectFields({ app, tcUrl }: RtmpUrl): AmfObject {
  return {
    app,
    type: 'nonprivate',
    flashVer,
    tcUrl,
    fpad: false,
    capabilities: 15,
    ...legacyCodecs,
    objectEncoding: 0,
    ...ownCapabilities(),
  }
}
