import { type FlvProfile, flvCodecs, legacyProfile, undeclaredProfile } from '../../formats/flv/flv-profile.ts'
import type { EnhancedCapabilities } from './enhanced-capabilities.ts'

/** What players get that say nothing about codecs. */
export type UndeclaredPlayers = 'enhanced' | 'legacy'

/**
 * What a player can parse. Profiles of the same name are the same.
 *
 * Codecs of FLV 10.1 are known to all players without FourCC; those that announce the FourCC too get it where the
 * publisher has used it, so that nothing of the message is lost.
 */
export function playerProfile(capabilities: EnhancedCapabilities, undeclared: UndeclaredPlayers): FlvProfile {
  const { codecs, takesAnyCodec, isMultitrack, hasNanoOffset, hasColorInfo } = capabilities
  if (codecs === undefined) return undeclared === 'enhanced' ? undeclaredProfile : legacyProfile
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
