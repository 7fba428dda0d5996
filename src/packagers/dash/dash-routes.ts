import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../../contracts/clock.ts'
import type { HttpRoutes } from '../../contracts/http-routes.ts'
import type { SettingsSource } from '../../contracts/path-settings.ts'
import { formatDateTime, formatMpd } from '../../formats/mpd/format-mpd.ts'
import type { PackagerSettings } from '../config.ts'
import { credentialsSuffix } from '../credentials-suffix.ts'
import type { PackagerDoor } from '../packager-door.ts'
import { cmafForm } from '../stream-form.ts'
import type { DashConfig } from './config.ts'
import { mpdOf } from './mpd-of.ts'

export type DashRoutesOptions = {
  readonly door: PackagerDoor
  readonly clock: Clock
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
  const { door, clock, dashSettings, packagerSettings } = options
  const { stream, prefix } = locate(door, request.params['*'])
  const suffix = credentialsSuffix(new URLSearchParams(request.url.split('?')[1]))
  const session = await door.session(request, stream, 'dash', suffix)
  const packager = await door.packager(request, reply, stream, cmafForm)
  session.watch(packager.stream)
  const { segmentDuration, segmentWindow, partDuration } = packagerSettings.of(stream)
  const isLowLatency = dashSettings.of(stream).lowLatency && partDuration > 0
  const facts = { now: clock.wall(), segmentDuration, segmentWindow, isLowLatency, prefix, suffix, timeUrl: timePath }
  reply.header('Cache-Control', 'no-cache').type(mediaType)
  return reply.send(formatMpd(mpdOf(packager.renditions, facts)))
}

/** A stream that is there has its short form, whatever else that could mean. */
function locate(door: PackagerDoor, path: string): { readonly stream: string; readonly prefix: string } {
  const short = path.slice(0, -extension.length)
  if (short.endsWith(inFolder) && !door.isLive(short)) return { stream: short.slice(0, -inFolder.length), prefix: '' }
  return { stream: short, prefix: `${short.slice(short.lastIndexOf('/') + 1)}/` }
}
