import {
  basicProfile,
  type FlvProfile,
  flvCodecs,
  legacyProfile,
  undeclaredProfile,
} from '../../formats/flv/flv-profile.ts'
import type { ConnectRequest } from './peer-request.ts'

/** What players get that say nothing about codecs: that is for their name to decide, or for the operator. */
export type UndeclaredPlayers = 'auto' | 'enhanced' | 'legacy'

/**
 * How FFmpeg, and with it VLC and mpv, calls itself as a player in all versions: captured from 5.1.9, 7.1.5 and 9.0.2,
 * of which the last two read Enhanced RTMP. GStreamer 1.26 and librtmp 2.4 do not, and have other names.
 */
const flashVerOfFfmpeg = 'LNX 9,0,124,2'

/**
 * What a player can parse. Profiles of the same name are the same.
 *
 * Codecs of FLV 10.1 are known to all players without FourCC; those that announce the FourCC too get it where the
 * publisher has used it, so that nothing of the message is lost.
 */
export function playerProfile(
  { enhanced, flashVer }: Pick<ConnectRequest, 'enhanced' | 'flashVer'>,
  undeclared: UndeclaredPlayers,
): FlvProfile {
  const { codecs, takesAnyCodec, isMultitrack, hasNanoOffset, hasColorInfo } = enhanced
  if (codecs === undefined) return silentProfile(flashVer, undeclared)
  const facts = { isMultitrack, hasNanoOffset, hasColorInfo, passesUnknown: takesAnyCodec }
  const said = Object.entries(facts).flatMap(([name, isSo]) => (isSo ? [name] : []))
  return {
    name: ['declared', ...codecs, ...said].join('+'),
    legacy: new Set(flvCodecs),
    fourCcs: codecs,
    keepsFourCc: true,
    hasChannelOrder: true,
    ...facts,
  }
}

function silentProfile(flashVer: string, undeclared: UndeclaredPlayers): FlvProfile {
  switch (undeclared) {
    case 'auto':
      return flashVer === flashVerOfFfmpeg ? undeclaredProfile : basicProfile
    case 'enhanced':
      return undeclaredProfile
    case 'legacy':
      return legacyProfile
  }
}
