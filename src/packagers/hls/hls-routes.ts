import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../../contracts/clock.ts'
import type { HttpRoutes } from '../../contracts/http-routes.ts'
import { RequestError } from '../../core/errors.ts'
import { formatMultivariantPlaylist } from '../../formats/m3u8/multivariant-playlist.ts'
import type { ArchiveHeads } from '../archive-heads.ts'
import type { ArchiveManifests } from '../archive-manifests.ts'
import { openArchiveWindow, shownWindow, untilWindowListed } from '../archive-window.ts'
import { credentialsSuffix } from '../credentials-suffix.ts'
import { isRenditionName } from '../file-name.ts'
import { credentialsPlace, type Manifest } from '../manifest.ts'
import { cacheTime, longManifestAnswer, manifestAnswer } from '../manifest-answer.ts'
import { versionOf } from '../manifest-cache.ts'
import type { PackagerDoor } from '../packager-door.ts'
import type { Rendition } from '../rendition.ts'
import type { SegmentEncryption } from '../segment-encryption.ts'
import { sendAnswer } from '../send-answer.ts'
import { formOf } from '../stream-form.ts'
import type { ViewerSession } from '../viewer-session.ts'
import type { Visit } from '../viewer-sessions.ts'
import { archiveIndex, archiveMedia, parseArchiveName } from './archive-playlists.ts'
import { checkAhead, isThere, longestBlock, mediaCacheTime, tooLate } from './blocking-reload.ts'
import { containerForms } from './config.ts'
import { type BlockingRequest, type DeliveryDirectives, parseDirectives, readPlaylistPath } from './hls-request.ts'
import { type MediaManifestOptions, mediaManifest, mediaType } from './media-manifest.ts'
import { multivariantOf } from './multivariant-of.ts'
import { playlistShortcut } from './playlist-shortcut.ts'

export type HlsRoutesOptions = MediaManifestOptions & {
  readonly door: PackagerDoor
  readonly encryption: SegmentEncryption
  readonly clock: Clock
  /** Of what is kept. */
  readonly archiveManifests: ArchiveManifests
  readonly heads: ArchiveHeads
}

type PlaylistRequest = FastifyRequest<{ Params: { '*': string } }>

/** A playlist, and for how many seconds caches may keep it. */
type Answer = { readonly session: ViewerSession; readonly manifest: Manifest; readonly maxAge: number }

/** `NAME/index.m3u8`, `NAME.m3u8` and the playlists that they name. */
export function hlsRoutes(options: HlsRoutesOptions): HttpRoutes {
  return app => {
    app.addShortcut(playlistShortcut(options))
    app.route<{ Params: { '*': string } }>({
      method: 'GET',
      url: '/*',
      constraints: { extension: 'm3u8' },
      handler: (request, reply) => sendPlaylist(options, request, reply),
    })
  }
}

async function sendPlaylist(
  options: HlsRoutesOptions,
  request: PlaylistRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { stream, playlist, prefix } = locate(options, request.params['*'])
  const query = new URLSearchParams(request.url.split('?')[1])
  const credentials = credentialsSuffix(query)
  const visit = { request, stream, protocol: 'hls', credentials }
  const { session, manifest, maxAge } = await (isArchivePlaylist(playlist)
    ? archive(options, visit, playlist, query)
    : playlist === 'index'
      ? index(options, visit, reply, prefix)
      : media(options, visit, reply, playlist, parseDirectives(query)))
  const shape = { mediaType, maxAge, suffix: credentials }
  const answer = isArchivePlaylist(playlist)
    ? await longManifestAnswer(request.headers, manifest, shape)
    : manifestAnswer(request.headers, manifest, shape)
  return sendAnswer(reply, session.sends(answer))
}

type Location = { readonly stream: string; readonly playlist: string; readonly prefix: string }

/** A stream that is there has its short form, whatever else that could mean. */
function locate({ door }: HlsRoutesOptions, path: string): Location {
  const { inFolder, short } = readPlaylistPath(path)
  const isFile = inFolder !== undefined && isPlaylist(inFolder.playlist)
  if (isFile && !door.isLive(short)) return { ...inFolder, prefix: '' }
  return { stream: short, playlist: 'index', prefix: `${short.slice(short.lastIndexOf('/') + 1)}/` }
}

const archiveIndexName = 'dvr'

function isPlaylist(name: string): boolean {
  return name === 'index' || isRenditionName(name) || isArchivePlaylist(name)
}

/** True for what is kept: `dvr.m3u8` and the playlists that it names. */
function isArchivePlaylist(name: string): boolean {
  return name === archiveIndexName || parseArchiveName(name) !== undefined
}

async function archive(
  { door, clock, archiveManifests, heads, encryption, hlsSettings, packagerSettings }: HlsRoutesOptions,
  visit: Visit,
  name: string,
  query: URLSearchParams,
): Promise<Answer> {
  const { session, archive: kept } = await door.enterArchive(visit)
  const { segmentDuration } = packagerSettings.of(visit.stream)
  const named = parseArchiveName(name)
  const asked = await (named === undefined
    ? openArchiveWindow(query, clock.wall(), kept)
    : untilWindowListed(named.window, kept))
  const shown = await shownWindow(asked, kept)
  // The names of playlists tell an end that is still to come.
  const window = named === undefined ? { ...shown.window, to: shown.window.to ?? asked.to } : shown.window
  const { isDelta } = parseDirectives(query)
  const keyFor = encryption.keysOf(visit.stream)
  const options = { archive: kept, heads, window, segmentDuration, isDelta, keyFor }
  const { hlsEncryption, hlsKeyRotation } = hlsSettings.of(visit.stream)
  const facts = [window, segmentDuration, isDelta, hlsEncryption, hlsKeyRotation]
  const form = JSON.stringify(['hls', named?.rendition, ...facts])
  const made = await archiveManifests.of(kept, form, shown.version, () =>
    named === undefined ? archiveIndex(options) : archiveMedia(named.rendition, options),
  )
  return { session, ...made }
}

async function index(
  { door, manifests, hlsSettings, packagerSettings }: HlsRoutesOptions,
  visit: Visit,
  reply: FastifyReply,
  prefix: string,
): Promise<Answer> {
  const form = containerForms[hlsSettings.of(visit.stream).container]
  const { session, packager } = await door.enter(visit, reply, form)
  const { renditions } = packager
  const manifest = manifests.of(packager, versionOf(renditions), `hls ${prefix}`, () =>
    formatMultivariantPlaylist(multivariantOf(renditions, { prefix, suffix: credentialsPlace })),
  )
  return { session, manifest, maxAge: cacheTime(packagerSettings.of(visit.stream).segmentDuration / 1000) }
}

async function media(
  options: HlsRoutesOptions,
  visit: Visit,
  reply: FastifyReply,
  name: string,
  { blocking, isDelta }: DeliveryDirectives,
): Promise<Answer> {
  const { door } = options
  const { session, packager } = await door.enter(visit, reply, formOf(name))
  const rendition = packager.find(name)
  if (rendition === undefined) throw new RequestError(404, `Cannot play ${visit.stream}: it has no ${name}`)
  await untilListed(door, reply, rendition)
  if (blocking !== undefined) await block(door, reply, rendition, blocking)
  const manifest = mediaManifest(options, packager, rendition, isDelta)
  return { session, manifest, maxAge: mediaCacheTime(rendition, blocking) }
}

/**
 * Wait for the first segment of a track that has come later than others.
 *
 * @throws {RequestError} 503 if none comes.
 */
async function untilListed(door: PackagerDoor, reply: FastifyReply, rendition: Rendition): Promise<void> {
  const isListed = (): boolean => rendition.kept[0]?.isComplete === true
  if (await door.wait(reply, rendition, isListed, longestBlock(rendition))) return
  throw new RequestError(503, `Cannot play ${rendition.name}: it has no segment yet`)
}

/**
 * Wait for what the player wants to see in the list.
 *
 * @throws {RequestError} 400 if that is too far ahead, 503 if it does not come.
 * @see RFC 8216bis §6.2.5.2
 */
async function block(
  door: PackagerDoor,
  reply: FastifyReply,
  rendition: Rendition,
  blocking: BlockingRequest,
): Promise<void> {
  checkAhead(rendition, blocking)
  if (await door.wait(reply, rendition, () => isThere(rendition, blocking), longestBlock(rendition))) return
  throw tooLate(rendition, blocking)
}
