import type { HttpShortcut, UnroutedRequest } from '../../contracts/http-routes.ts'
import { credentialsSuffix } from '../credentials-suffix.ts'
import { isRenditionName } from '../file-name.ts'
import { manifestAnswer } from '../manifest-answer.ts'
import { type Entry, isReady, type PackagerDoor } from '../packager-door.ts'
import type { Rendition } from '../rendition.ts'
import { formOf } from '../stream-form.ts'
import { pathOf, queryOf } from '../url-parts.ts'
import { checkAhead, isThere, longestBlock, mediaCacheTime, tooLate } from './blocking-reload.ts'
import {
  type DeliveryDirectives,
  noDirectives,
  type PlaylistPath,
  parseDirectives,
  readPlaylistPath,
} from './hls-request.ts'
import { type MediaManifestOptions, mediaManifest, mediaType } from './media-manifest.ts'

export type PlaylistShortcutOptions = MediaManifestOptions & { readonly door: PackagerDoor }

/**
 * Media playlists of streams that are packaged, for viewers who were let in before: what is there, and what is waited for.
 * Everything else is left to routes.
 */
export function playlistShortcut(options: PlaylistShortcutOptions): HttpShortcut {
  const { door } = options
  return request => {
    const place = locate(door, request.url)
    if (place === undefined) return false
    const query = queryOf(request.url)
    const suffix = credentialsSuffix(query)
    const visit = { request, stream: place.stream, protocol: 'hls', credentials: suffix }
    const entry = door.known(visit, formOf(place.playlist))
    const rendition = entry?.packager.find(place.playlist)
    if (entry === undefined || rendition === undefined || rendition.isEnded || !isReady(entry.packager)) return false
    if (rendition.kept[0]?.isComplete !== true) return false
    entry.session.watch(entry.packager.stream)
    const directives = query === undefined ? noDirectives : parseDirectives(query)
    play(options, request, entry, { rendition, suffix, ...directives })
    return true
  }
}

/** The playlist of a rendition that a path names; not the short form of a stream that is there. */
function locate(door: PackagerDoor, url: string): PlaylistPath | undefined {
  const path = pathOf(url)
  if (!path.endsWith('.m3u8')) return undefined
  const { inFolder, short } = readPlaylistPath(path.slice(1))
  return inFolder !== undefined && isRenditionName(inFolder.playlist) && !door.isLive(short) ? inFolder : undefined
}

type Wanted = DeliveryDirectives & { readonly rendition: Rendition; readonly suffix: string }

/** @throws {RequestError} 400 if what is asked for is too far ahead. */
function play(
  options: PlaylistShortcutOptions,
  request: UnroutedRequest,
  { session, packager }: Entry,
  { rendition, suffix, blocking, isDelta }: Wanted,
): void {
  const answer = (): void => {
    const manifest = mediaManifest(options, packager, rendition, isDelta)
    const maxAge = mediaCacheTime(rendition, blocking)
    request.answer(session.sends(manifestAnswer(request.headers, manifest, { mediaType, maxAge, suffix })))
  }
  if (blocking === undefined) return answer()
  checkAhead(rendition, blocking)
  const isSettled = (): boolean => isThere(rendition, blocking) || rendition.isEnded
  const tell = (): void => (isSettled() ? answer() : request.refuse(tooLate(rendition, blocking)))
  options.door.callWhen({ request, rendition, longest: longestBlock(rendition) }, isSettled, tell)
}
