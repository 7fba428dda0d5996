import type { FastifyReply, FastifyRequest } from 'fastify'
import type { HttpRoutes } from '../../contracts/http-routes.ts'
import type { SettingsSource } from '../../contracts/path-settings.ts'
import { RequestError } from '../../core/errors.ts'
import { formatMediaPlaylist } from '../../formats/m3u8/format-media-playlist.ts'
import { formatMultivariantPlaylist } from '../../formats/m3u8/multivariant-playlist.ts'
import type { PackagerSettings } from '../config.ts'
import { credentialsSuffix } from '../credentials-suffix.ts'
import { isRenditionName } from '../file-name.ts'
import type { PackagerDoor } from '../packager-door.ts'
import type { Rendition } from '../rendition.ts'
import { cmafForm, type StreamForm, tsForm } from '../stream-form.ts'
import type { HlsConfig } from './config.ts'
import { type BlockingRequest, parseDirectives, readPlaylistPath } from './hls-request.ts'
import { mediaPlaylistOf, targetDuration } from './media-playlist-of.ts'
import { multivariantOf } from './multivariant-of.ts'

export type HlsRoutesOptions = {
  readonly door: PackagerDoor
  readonly hlsSettings: SettingsSource<HlsConfig>
  readonly packagerSettings: SettingsSource<PackagerSettings>
}

type PlaylistRequest = FastifyRequest<{ Params: { '*': string } }>

const mediaType = 'application/vnd.apple.mpegurl'

/** `NAME/index.m3u8`, `NAME.m3u8` and the playlists that they name. */
export function hlsRoutes(options: HlsRoutesOptions): HttpRoutes {
  return app => {
    app.route<{ Params: { '*': string } }>({
      method: 'GET',
      url: '/*',
      constraints: { extension: 'm3u8' },
      handler: async (request, reply) => {
        const { stream, playlist, prefix } = locate(options, request.params['*'])
        const text = await (playlist === 'index'
          ? index(options, request, reply, stream, prefix)
          : media(options, request, reply, stream, playlist))
        return reply.type(mediaType).send(text)
      },
    })
  }
}

type Location = { readonly stream: string; readonly playlist: string; readonly prefix: string }

/** A stream that is there has its short form, whatever else that could mean. */
function locate({ door }: HlsRoutesOptions, path: string): Location {
  const { inFolder, short } = readPlaylistPath(path)
  const isFile = inFolder !== undefined && (inFolder.playlist === 'index' || isRenditionName(inFolder.playlist))
  if (isFile && !door.isLive(short)) return { ...inFolder, prefix: '' }
  return { stream: short, playlist: 'index', prefix: `${short.slice(short.lastIndexOf('/') + 1)}/` }
}

async function index(
  { door, hlsSettings }: HlsRoutesOptions,
  request: PlaylistRequest,
  reply: FastifyReply,
  stream: string,
  prefix: string,
): Promise<string> {
  const suffix = credentialsSuffix(queryOf(request))
  const session = await door.session(request, stream, 'hls', suffix)
  const form = hlsSettings.of(stream).container === 'ts' ? tsForm : cmafForm
  const packager = await door.packager(request, reply, stream, form)
  session.watch(packager.stream)
  reply.header('Cache-Control', 'no-cache')
  return formatMultivariantPlaylist(multivariantOf(packager.renditions, { prefix, suffix }))
}

async function media(
  options: HlsRoutesOptions,
  request: PlaylistRequest,
  reply: FastifyReply,
  stream: string,
  name: string,
): Promise<string> {
  const { door, hlsSettings, packagerSettings } = options
  const query = queryOf(request)
  const { blocking, isDelta } = parseDirectives(query)
  const suffix = credentialsSuffix(query)
  const session = await door.session(request, stream, 'hls', suffix)
  const form: StreamForm = name === 'ts' ? tsForm : cmafForm
  const packager = await door.packager(request, reply, stream, form)
  session.watch(packager.stream)
  const rendition = packager.find(name)
  if (rendition === undefined) throw new RequestError(404, `Cannot play ${stream}: it has no ${name}`)
  const { segmentDuration, partDuration } = packagerSettings.of(stream)
  if (blocking !== undefined) await block(door, reply, rendition, blocking, segmentDuration)
  reply.header('Cache-Control', 'no-cache')
  const isLowLatency = hlsSettings.of(stream).lowLatency && partDuration > 0 && form === cmafForm
  const siblings = packager.renditions
  return formatMediaPlaylist(mediaPlaylistOf(rendition, { segmentDuration, isLowLatency, siblings, isDelta, suffix }))
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
  segmentDuration: number,
): Promise<void> {
  const newest = rendition.newest?.number ?? 0
  if (number > newest + 2) {
    throw new RequestError(400, `Cannot wait for segment ${number}: the newest is ${newest}`)
  }
  const longest = 3 * targetDuration(rendition, segmentDuration) * 1000
  if (await door.wait(reply, rendition, () => rendition.has(number, part), longest)) return
  throw new RequestError(503, `Cannot send segment ${number}: it did not come in ${longest} ms`)
}

function queryOf({ url }: PlaylistRequest): URLSearchParams {
  return new URLSearchParams(url.split('?')[1])
}
