import type { SettingsSource } from '../../contracts/path-settings.ts'
import { formatMediaPlaylist } from '../../formats/m3u8/format-media-playlist.ts'
import type { PackagerSettings } from '../config.ts'
import { credentialsPlace, type Manifest } from '../manifest.ts'
import { type ManifestCache, versionOf } from '../manifest-cache.ts'
import type { Rendition } from '../rendition.ts'
import { formOf, tsForm } from '../stream-form.ts'
import type { StreamPackager } from '../stream-packager.ts'
import type { HlsSettings } from './config.ts'
import { mediaPlaylistOf } from './media-playlist-of.ts'

export type MediaManifestOptions = {
  readonly manifests: ManifestCache<Rendition | StreamPackager>
  readonly hlsSettings: SettingsSource<HlsSettings>
  readonly packagerSettings: SettingsSource<PackagerSettings>
}

export const mediaType = 'application/vnd.apple.mpegurl'

/** The media playlist of a rendition as it is now: made once for all who ask before it changes. */
export function mediaManifest(
  { manifests, hlsSettings, packagerSettings }: MediaManifestOptions,
  { stream, renditions: siblings, dateRanges }: StreamPackager,
  rendition: Rendition,
  isDelta: boolean,
): Manifest {
  const { hlsLowLatency, hlsEncryption } = hlsSettings.of(stream.name)
  const hasParts = packagerSettings.of(stream.name).partDuration > 0 && formOf(rendition.name) !== tsForm
  // A segment that is encrypted is in one piece, and so is the one that comes next if that is wanted by now.
  const isClear = rendition.newest?.key === undefined && hlsEncryption === 'none'
  const isLowLatency = hlsLowLatency && hasParts && isClear
  // Where CAN-SKIP-UNTIL is not told nothing may be left out: RFC 8216bis §6.2.5.1.
  const form = isLowLatency ? (isDelta ? 'low-latency delta' : 'low-latency') : 'plain'
  return manifests.of(rendition, versionOf(siblings), form, () => {
    const skips = form === 'low-latency delta' && !rendition.isEnded
    const shape = { isLowLatency, isDelta: skips, siblings, dateRanges, suffix: credentialsPlace }
    return formatMediaPlaylist(mediaPlaylistOf(rendition, shape))
  })
}
