import type { MultivariantPlaylist, VariantStream } from '../../formats/m3u8/multivariant-playlist.ts'

/** What of a stream is wanted: the best that is within these. */
export type VariantLimits = {
  readonly maxHeight?: number | undefined
  /** Bits per second. */
  readonly maxBandwidth?: number | undefined
}

/** The playlists that are played together: of one variant, and of sound that has its own. */
export type ChosenRenditions = {
  readonly variant: string
  readonly sounds: readonly string[]
  /** True if the segments of the variant have sound, too. */
  readonly variantHasSound: boolean
}

/** Languages and the like that are taken along. */
const maxSounds = 16

/** The variant with the most bits that is within the limits; the least one if none is. */
export function chooseRenditions(playlist: MultivariantPlaylist, limits: VariantLimits): ChosenRenditions {
  const byBandwidth = playlist.variants.toSorted((a, b) => b.bandwidth - a.bandwidth)
  const variant = byBandwidth.find(candidate => isWithin(candidate, limits)) ?? byBandwidth.at(-1)
  const group = playlist.media.filter(({ groupId }) => groupId === variant?.audio)
  // The sound that is played unless somebody chooses is track 0.
  const sounds = group.toSorted((a, b) => Number(b.isDefault) - Number(a.isDefault)).flatMap(({ uri }) => uri ?? [])
  return {
    variant: variant?.uri ?? '',
    sounds: [...new Set(sounds)].slice(0, maxSounds),
    variantHasSound: group.length === 0 || group.some(({ uri }) => uri === undefined),
  }
}

function isWithin({ bandwidth, resolution }: VariantStream, { maxHeight, maxBandwidth }: VariantLimits): boolean {
  return (
    bandwidth <= (maxBandwidth ?? bandwidth) && (resolution?.height ?? 0) <= (maxHeight ?? Number.POSITIVE_INFINITY)
  )
}
