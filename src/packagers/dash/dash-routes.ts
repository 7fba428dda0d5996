import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../../contracts/clock.ts'
import type { HttpRoutes } from '../../contracts/http-routes.ts'
import type { SettingsSource } from '../../contracts/path-settings.ts'
import { formatDateTime, formatMpd } from '../../formats/mpd/format-mpd.ts'
import type { PackagerSettings } from '../config.ts'
import { credentialsSuffix } from '../credentials-suffix.ts'
import { credentialsPlace } from '../manifest.ts'
import { type ManifestCache, versionOf } from '../manifest-cache.ts'
import type { PackagerDoor } from '../packager-door.ts'
import { cacheTime, sendManifest } from '../send-manifest.ts'
import { cmafForm } from '../stream-form.ts'
import type { StreamPackager } from '../stream-packager.ts'
import type { DashConfig } from './config.ts'
import { mpdOf } from './mpd-of.ts'

export type DashRoutesOptions = {
  readonly door: PackagerDoor
  readonly clock: Clock
  readonly manifests: ManifestCache<StreamPackager>
  readonly dashSettings: SettingsSource<DashConfig>
  readonly packagerSettings: SettingsSource<PackagerSettings>
}

type MpdRequest = FastifyRequest<{ Params: { '*': string } }>

const mediaType = 'application/dash+xml'
const extension = '.mpd'
const inFolder = '/index'
/** Beside the streams, none of which can have such a name. */
const timePath = '/_time'

/** `NAME/index.mpd` and `NAME.mpd`, and the time of the server. */
export function dashRoutes(options: DashRoutesOptions): HttpRoutes {
  return app => {
    app.route<{ Params: { '*': string } }>({
      method: 'GET',
      url: '/*',
      constraints: { extension: 'mpd' },
      handler: (request, reply) => sendMpd(options, request, reply),
    })
    app.get(timePath, (_request, reply) => {
      reply.header('Cache-Control', 'no-store').type('text/plain')
      return formatDateTime(options.clock.wall())
    })
  }
}

async function sendMpd(options: DashRoutesOptions, request: MpdRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { door, clock, manifests, dashSettings, packagerSettings } = options
  const { stream, prefix } = locate(door, request.params['*'])
  const credentials = credentialsSuffix(new URLSearchParams(request.url.split('?')[1]))
  const { session, packager } = await door.enter({ request, stream, protocol: 'dash', credentials }, reply, cmafForm)
  const { segmentDuration, segmentWindow, partDuration } = packagerSettings.of(stream)
  const isLowLatency = dashSettings.of(stream).lowLatency && partDuration > 0
  const shape = { segmentDuration, segmentWindow, isLowLatency, prefix, suffix: credentialsPlace, timeUrl: timePath }
  const { renditions } = packager
  const manifest = manifests.of(packager, versionOf(renditions), `dash ${JSON.stringify(shape)}`, () =>
    formatMpd(mpdOf(renditions, { ...shape, now: clock.wall() })),
  )
  const maxAge = cacheTime(Math.max(segmentDuration / 1000, ...renditions.map(({ longestSegment }) => longestSegment)))
  const suffix = credentials.replaceAll('&', '&amp;')
  session.bytesSent += sendManifest(request, reply, manifest, { mediaType, maxAge, suffix })
  return reply
}

/** A stream that is there has its short form, whatever else that could mean. */
function locate(door: PackagerDoor, path: string): { readonly stream: string; readonly prefix: string } {
  const short = path.slice(0, -extension.length)
  if (short.endsWith(inFolder) && !door.isLive(short)) return { stream: short.slice(0, -inFolder.length), prefix: '' }
  return { stream: short, prefix: `${short.slice(short.lastIndexOf('/') + 1)}/` }
}
