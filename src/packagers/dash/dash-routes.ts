import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../../contracts/clock.ts'
import type { HttpRoutes } from '../../contracts/http-routes.ts'
import type { SettingsSource } from '../../contracts/path-settings.ts'
import { formatDateTime, formatMpd } from '../../formats/mpd/format-mpd.ts'
import type { ArchiveHeads } from '../archive-heads.ts'
import type { ArchiveManifests } from '../archive-manifests.ts'
import { openArchiveWindow, shownWindow } from '../archive-window.ts'
import type { PackagerSettings } from '../config.ts'
import { credentialsSuffix } from '../credentials-suffix.ts'
import { credentialsPlace } from '../manifest.ts'
import { cacheTime, longManifestAnswer, manifestAnswer } from '../manifest-answer.ts'
import { type ManifestCache, versionOf } from '../manifest-cache.ts'
import type { PackagerDoor } from '../packager-door.ts'
import type { SegmentEncryption } from '../segment-encryption.ts'
import { sendAnswer } from '../send-answer.ts'
import { cmafForm } from '../stream-form.ts'
import type { StreamPackager } from '../stream-packager.ts'
import { archiveMpd } from './archive-mpd.ts'
import type { DashSettings } from './config.ts'
import { mpdOf } from './mpd-of.ts'

export type DashRoutesOptions = {
  readonly door: PackagerDoor
  readonly clock: Clock
  readonly manifests: ManifestCache<StreamPackager>
  /** Of what is kept. */
  readonly archiveManifests: ArchiveManifests
  readonly heads: ArchiveHeads
  readonly encryption: SegmentEncryption
  readonly dashSettings: SettingsSource<DashSettings>
  readonly packagerSettings: SettingsSource<PackagerSettings>
}

type MpdRequest = FastifyRequest<{ Params: { '*': string } }>

const mediaType = 'application/dash+xml'
const extension = '.mpd'
const inFolder = '/index'
/** What is kept of a stream. */
const archiveInFolder = '/dvr'
/** Seconds for which caches may keep a list of that. */
const archiveMaxAge = 1
/** Beside the streams, none of which can have such a name. */
const timePath = '/_time'

/** `NAME/index.mpd`, `NAME.mpd` and `NAME/dvr.mpd`, and the time of the server. */
export function dashRoutes(options: DashRoutesOptions): HttpRoutes {
  return app => {
    app.route<{ Params: { '*': string } }>({
      method: 'GET',
      url: '/*',
      constraints: { extension: 'mpd' },
      handler: (request, reply) => {
        const kept = locateArchive(options.door, request.params['*'])
        return kept === undefined ? sendMpd(options, request, reply) : sendArchive(options, request, reply, kept)
      },
    })
    app.get(timePath, (_request, reply) => {
      reply.header('Cache-Control', 'no-store').type('text/plain')
      return formatDateTime(options.clock.wall())
    })
  }
}

async function sendMpd(options: DashRoutesOptions, request: MpdRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { door, clock, manifests, encryption, dashSettings, packagerSettings } = options
  const { stream, prefix } = locate(door, request.params['*'])
  encryption.assertClear(stream)
  const credentials = credentialsSuffix(new URLSearchParams(request.url.split('?')[1]))
  const { session, packager } = await door.enter({ request, stream, protocol: 'dash', credentials }, reply, cmafForm)
  const { segmentDuration, segmentWindow, partDuration } = packagerSettings.of(stream)
  const isLowLatency = dashSettings.of(stream).dashLowLatency && partDuration > 0
  const shape = { segmentDuration, segmentWindow, isLowLatency, prefix, suffix: credentialsPlace, timeUrl: timePath }
  const { renditions } = packager
  const manifest = manifests.of(packager, versionOf(renditions), `dash ${JSON.stringify(shape)}`, () =>
    formatMpd(mpdOf(renditions, { ...shape, now: clock.wall() })),
  )
  const longest = Math.max(segmentDuration / 1000, ...renditions.map(({ longestSegment }) => longestSegment))
  const maxAge = isLowLatency ? 0 : cacheTime(longest)
  const suffix = credentials.replaceAll('&', '&amp;')
  return sendAnswer(reply, session.sends(manifestAnswer(request.headers, manifest, { mediaType, maxAge, suffix })))
}

async function sendArchive(
  { door, clock, archiveManifests, heads, encryption, packagerSettings }: DashRoutesOptions,
  request: MpdRequest,
  reply: FastifyReply,
  stream: string,
): Promise<FastifyReply> {
  encryption.assertClear(stream)
  const query = new URLSearchParams(request.url.split('?')[1])
  const credentials = credentialsSuffix(query)
  const { session, archive } = await door.enterArchive({ request, stream, protocol: 'dash', credentials })
  const { segmentDuration } = packagerSettings.of(stream)
  const now = clock.wall()
  const { window, version } = await shownWindow(await openArchiveWindow(query, now, archive), archive)
  const form = JSON.stringify(['dash', window, segmentDuration])
  const { manifest, maxAge } = await archiveManifests.of(archive, form, version, async () => {
    const text = await archiveMpd({ archive, heads, window, now, segmentDuration, timeUrl: timePath })
    return { text, maxAge: archiveMaxAge }
  })
  const suffix = credentials.replaceAll('&', '&amp;')
  const answer = await longManifestAnswer(request.headers, manifest, { mediaType, maxAge, suffix })
  return sendAnswer(reply, session.sends(answer))
}

/** The stream of which a path asks what is kept, unless it is the short form of a stream that is there. */
function locateArchive(door: PackagerDoor, path: string): string | undefined {
  const short = path.slice(0, -extension.length)
  return short.endsWith(archiveInFolder) && !door.isLive(short) ? short.slice(0, -archiveInFolder.length) : undefined
}

/** A stream that is there has its short form, whatever else that could mean. */
function locate(door: PackagerDoor, path: string): { readonly stream: string; readonly prefix: string } {
  const short = path.slice(0, -extension.length)
  if (short.endsWith(inFolder) && !door.isLive(short)) return { stream: short.slice(0, -inFolder.length), prefix: '' }
  return { stream: short, prefix: `${short.slice(short.lastIndexOf('/') + 1)}/` }
}
