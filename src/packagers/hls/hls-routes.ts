import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../../contracts/clock.ts'
import type { HttpRoutes } from '../../contracts/http-routes.ts'
import type { SettingsSource } from '../../contracts/path-settings.ts'
import { RequestError } from '../../core/errors.ts'
import { formatMediaPlaylist } from '../../formats/m3u8/format-media-playlist.ts'
import { formatMultivariantPlaylist } from '../../formats/m3u8/multivariant-playlist.ts'
import type { ArchiveHeads } from '../archive-heads.ts'
import type { ArchiveManifests } from '../archive-manifests.ts'
import { parseArchiveWindow } from '../archive-window.ts'
import type { PackagerSettings } from '../config.ts'
import { credentialsSuffix } from '../credentials-suffix.ts'
import { isRenditionName } from '../file-name.ts'
import { credentialsPlace, type Manifest } from '../manifest.ts'
import { type ManifestCache, versionOf } from '../manifest-cache.ts'
import type { PackagerDoor } from '../packager-door.ts'
import type { Rendition } from '../rendition.ts'
import type { SegmentEncryption } from '../segment-encryption.ts'
import { cacheTime, sendManifest } from '../send-manifest.ts'
import { formOf, tsForm } from '../stream-form.ts'
import type { StreamPackager } from '../stream-packager.ts'
import type { ViewerSession } from '../viewer-session.ts'
import type { Visit } from '../viewer-sessions.ts'
import { archiveIndex, archiveMedia, parseArchiveName } from './archive-playlists.ts'
import { containerForms, type HlsSettings } from './config.ts'
import { type BlockingRequest, type DeliveryDirectives, parseDirectives, readPlaylistPath } from './hls-request.ts'
import { mediaPlaylistOf } from './media-playlist-of.ts'
import { multivariantOf } from './multivariant-of.ts'

export type HlsRoutesOptions = {
  readonly door: PackagerDoor
  readonly clock: Clock
  readonly manifests: ManifestCache<Rendition | StreamPackager>
  /** Of what is kept. */
  readonly archiveManifests: ArchiveManifests
  readonly heads: ArchiveHeads
  readonly encryption: SegmentEncryption
  readonly hlsSettings: SettingsSource<HlsSettings>
  readonly packagerSettings: SettingsSource<PackagerSettings>
}

type PlaylistRequest = FastifyRequest<{ Params: { '*': string } }>

/** A playlist, and for how many seconds caches may keep it. */
type Answer = { readonly session: ViewerSession; readonly manifest: Manifest; readonly maxAge: number }

const mediaType = 'application/vnd.apple.mpegurl'

/** `NAME/index.m3u8`, `NAME.m3u8` and the playlists that they name. */
export function hlsRoutes(options: HlsRoutesOptions): HttpRoutes {
  return app => {
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
  session.bytesSent += sendManifest(request, reply, manifest, { mediaType, maxAge, suffix: credentials })
  return reply
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
  { door, clock, archiveManifests, heads, encryption, packagerSettings }: HlsRoutesOptions,
  visit: Visit,
  name: string,
  query: URLSearchParams,
): Promise<Answer> {
  const { session, archive: kept } = await door.enterArchive(visit)
  const { segmentDuration } = packagerSettings.of(visit.stream)
  const named = parseArchiveName(name)
  const window = named?.window ?? parseArchiveWindow(query, clock.wall(), kept.span)
  const { isDelta } = parseDirectives(query)
  const keys = encryption.listedKeys(visit.stream)
  const options = { archive: kept, heads, window, segmentDuration, isDelta, keys }
  const form = JSON.stringify(['hls', named?.rendition, window, segmentDuration, isDelta, keys?.form])
  const made = await archiveManifests.of(kept, form, () =>
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
  { door, manifests, encryption, hlsSettings, packagerSettings }: HlsRoutesOptions,
  visit: Visit,
  reply: FastifyReply,
  name: string,
  { blocking, isDelta }: DeliveryDirectives,
): Promise<Answer> {
  const { stream } = visit
  const form = formOf(name)
  const { session, packager } = await door.enter(visit, reply, form)
  const rendition = packager.find(name)
  if (rendition === undefined) throw new RequestError(404, `Cannot play ${stream}: it has no ${name}`)
  const { partDuration } = packagerSettings.of(stream)
  if (blocking !== undefined) await block(door, reply, rendition, blocking)
  const keys = encryption.listedKeys(stream)
  // A segment that is encrypted is in one piece.
  const isLowLatency = hlsSettings.of(stream).lowLatency && partDuration > 0 && form !== tsForm && keys === undefined
  const siblings = packager.renditions
  const shape = { isLowLatency, isDelta }
  const manifest = manifests.of(rendition, versionOf(siblings), JSON.stringify([shape, keys?.form]), () =>
    formatMediaPlaylist(mediaPlaylistOf(rendition, { ...shape, keys, siblings, suffix: credentialsPlace })),
  )
  const wasWaitedFor = blocking !== undefined && !rendition.isEnded
  return { session, manifest, maxAge: cacheTime(rendition.targetDuration, wasWaitedFor) }
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
  { number, part }: BlockingRequest,
): Promise<void> {
  const newest = rendition.newest?.number ?? 0
  if (number > newest + 2) {
    throw new RequestError(400, `Cannot wait for segment ${number}: the newest is ${newest}`)
  }
  const longest = 3 * rendition.targetDuration * 1000
  if (await door.wait(reply, rendition, () => rendition.has(number, part), longest)) return
  throw new RequestError(503, `Cannot send segment ${number}: it did not come in ${longest} ms`)
}
