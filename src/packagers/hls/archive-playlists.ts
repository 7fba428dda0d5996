import type { StreamArchive } from '../../contracts/segments.ts'
import type { Milliseconds } from '../../core/units.ts'
import { mediaPlaylistPieces } from '../../formats/m3u8/format-media-playlist.ts'
import type { MediaPlaylist } from '../../formats/m3u8/media-playlist.ts'
import { formatMultivariantPlaylist } from '../../formats/m3u8/multivariant-playlist.ts'
import type { ArchiveHeads } from '../archive-heads.ts'
import type { ArchiveText } from '../archive-manifests.ts'
import { type ArchiveWindow, nothingKept, spanWithin } from '../archive-window.ts'
import { archivedCues } from '../archived-cues.ts'
import { type ArchivedRendition, archivedRenditions } from '../archived-renditions.ts'
import { credentialsPlace } from '../manifest.ts'
import { cacheTime } from '../manifest-answer.ts'
import { inPieces, segmentsAtOnce } from '../others-turn.ts'
import type { KeyFor } from '../segment-keys.ts'
import { mediaPlaylistOf, skipBoundary } from './media-playlist-of.ts'
import { multivariantOf } from './multivariant-of.ts'

export type ArchivePlaylistOptions = {
  readonly archive: StreamArchive
  readonly heads: ArchiveHeads
  readonly window: ArchiveWindow
  readonly segmentDuration: Milliseconds
  /** Leave out the segments that an older list has told. */
  readonly isDelta: boolean
  /** `undefined` if segments are in the clear. */
  readonly keyFor: KeyFor | undefined
}

/** Seconds for which caches may keep a list that does not change, as long as what it lists is there. */
const endedMaxAge = 10

/** How long it is measured what the renditions need. */
const measuredTime: Milliseconds = 600_000

/** All renditions of a window. The window is in the names of their playlists, so that these say the same each time. */
export async function archiveIndex(options: ArchivePlaylistOptions): Promise<ArchiveText> {
  const { archive, heads, window, segmentDuration } = options
  const span = spanWithin(archive.stream, window, archive.span)
  const newest = { from: Math.max(span.from, span.to - measuredTime), to: span.to }
  const renditions = await archivedRenditions({ archive, heads, span: newest, isEnded: true, segmentDuration })
  if (renditions.length === 0) throw nothingKept(archive)
  const playlistName = (rendition: string): string => formatArchiveName({ rendition, window })
  const playlist = multivariantOf(renditions, { prefix: '', suffix: credentialsPlace, playlistName })
  // Only the end of the window was looked at.
  const text = formatMultivariantPlaylist({ ...playlist, hasIndependentSegments: false })
  return { text, maxAge: cacheTime(Math.round(segmentDuration / 1000)) }
}

/** One rendition of a window. A stream that goes on adds to one without an end. */
export async function archiveMedia(name: string, options: ArchivePlaylistOptions): Promise<ArchiveText> {
  const { archive, heads, window, segmentDuration, isDelta, keyFor } = options
  const isEnded = !archive.isGrowing || (window.to !== undefined && window.to <= (archive.span?.to ?? 0))
  const span = spanWithin(archive.stream, window, archive.span)
  const renditions = await archivedRenditions({ archive, heads, span, isEnded, segmentDuration })
  const rendition = renditions.find(other => other.name === name)
  if (rendition === undefined) throw nothingKept(archive)
  const dateRanges = await archivedCues(archive, span)
  const shape = { isLowLatency: false, siblings: [], dateRanges, isDelta, suffix: credentialsPlace }
  const segments =
    keyFor === undefined ? rendition.segments : rendition.segments.map(one => ({ ...one, key: keyFor(one.number) }))
  const playlist = { ...mediaPlaylistOf({ ...rendition, segments }, shape), ...archiveFacts(rendition, window) }
  const maxAge = rendition.isEnded ? endedMaxAge : cacheTime(rendition.targetDuration)
  return { text: await inPieces(mediaPlaylistPieces(playlist, segmentsAtOnce)), maxAge }
}

/** What a list of kept segments says of itself. A player that has chosen the time begins there, and not at the end. */
function archiveFacts(rendition: ArchivedRendition, { from }: ArchiveWindow): Partial<MediaPlaylist> {
  const { position: mediaSequence, isEnded, targetDuration } = rendition
  if (isEnded) return { mediaSequence, type: 'vod' }
  const start = from === undefined ? {} : { startOffset: 0 }
  const canSkipUntil = skipBoundary(targetDuration)
  return { mediaSequence, ...start, serverControl: { canBlockReload: false, canSkipUntil } }
}

/** Which playlist of what is kept a name means: `dvr-video`, `dvr-video-FROM`, `dvr-video-FROM-TO`, in milliseconds. */
export type ArchiveName = { readonly rendition: string; readonly window: ArchiveWindow }

const nameForm = /^dvr-((?:video|audio)(?:-[2-9]\d?)?)(?:-(\d{10,16}))?(?:-(\d{10,16}))?$/

/** `undefined` for a name of no such form. */
export function parseArchiveName(name: string): ArchiveName | undefined {
  const [, rendition, from, to] = nameForm.exec(name) ?? []
  if (rendition === undefined) return undefined
  const timeOf = (digits: string | undefined): Milliseconds | undefined =>
    digits === undefined || Number(digits) === 0 ? undefined : Number(digits)
  return { rendition, window: { from: timeOf(from), to: timeOf(to) } }
}

/** Before 1970 nothing was kept, so that a time of then means from the beginning. */
export function formatArchiveName({ rendition, window: { from, to } }: ArchiveName): string {
  const times = to !== undefined ? [from ?? 0, to] : from !== undefined ? [from] : []
  return ['dvr', rendition, ...times.map(time => String(Math.max(0, Math.round(time))).padStart(10, '0'))].join('-')
}
