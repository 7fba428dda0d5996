import { readFileSync } from 'node:fs'
import { clientChunkSize, type RtmpClientOptions } from '../clients/rtmp/rtmp-client.ts'
import { defaultValue } from '../config/field.ts'
import type { Clock } from '../contracts/clock.ts'
import type { ConnectionReports } from '../contracts/connection-reports.ts'
import type { EventSink } from '../contracts/events.ts'
import type { Log } from '../contracts/log.ts'
import type { PublishSettings, SettingsSource } from '../contracts/path-settings.ts'
import type { Relays } from '../contracts/relays.ts'
import { ConfigError, reasonOf } from '../core/errors.ts'
import type { TsFaults } from '../formats/mpegts/ts-faults.ts'
import { isStreamName } from '../hub/stream-name.ts'
import type { StreamRegistry } from '../hub/stream-registry.ts'
import type { FormatsByChunkSize } from '../protocols/rtmp/formats-by-chunk-size.ts'
import { SessionTicker } from '../protocols/srt/session-ticker.ts'
import type { SrtReport, SrtStatistics } from '../protocols/srt/statistics.ts'
import { pullPathKeys, type RelayConfig } from '../relay/config.ts'
import { FileInput } from '../relay/pull/file/file-input.ts'
import { HttpTsInput } from '../relay/pull/http-ts/http-ts-input.ts'
import type { PullInput } from '../relay/pull/pull-input.ts'
import { PullRelay, type PullSettings } from '../relay/pull/pull-relay.ts'
import type { PullUrl } from '../relay/pull/pull-url.ts'
import type { PulledBytesContext } from '../relay/pull/pulled-bytes.ts'
import { RtmpInput } from '../relay/pull/rtmp/rtmp-input.ts'
import { SrtInput } from '../relay/pull/srt/srt-input.ts'
import { UdpInput } from '../relay/pull/udp-ts/udp-input.ts'
import type { PushOutput } from '../relay/push/push-output.ts'
import { PushRelay } from '../relay/push/push-relay.ts'
import type { PushUrl } from '../relay/push/push-url.ts'
import { RtmpOutput, type RtmpOutputOptions } from '../relay/push/rtmp/rtmp-output.ts'
import { SrtOutput } from '../relay/push/srt/srt-output.ts'
import { UdpOutput } from '../relay/push/udp-ts/udp-output.ts'
import type { SrtRelayOptions } from '../relay/srt-relay.ts'
import type { UrlTemplate } from '../relay/url-template.ts'
import type { AppConfig } from './config.ts'
import { PathSettings } from './path-settings.ts'

export type RelayParts = Relays & {
  /** The configuration has changed: streams are sent on to other places. */
  applySettings(changed: Pick<AppConfig, 'relay' | 'paths'>): void
  /** Begin to pull the streams that are wanted always. */
  open(): void
  close(): Promise<void>
}

type Shared = {
  readonly registry: StreamRegistry
  readonly clock: Clock
  readonly log: Log
  readonly events: EventSink
  readonly publishSettings: SettingsSource<PublishSettings>
  readonly formats: FormatsByChunkSize
  readonly faultReports: ConnectionReports<TsFaults>
  readonly srtReports: ConnectionReports<SrtStatistics, SrtReport>
}

/**
 * The relays to and from other servers.
 *
 * @throws {ConfigError} If the file of certificates cannot be read, or many streams are to be pulled always.
 */
export function createRelays({ relay, paths }: Pick<AppConfig, 'relay' | 'paths'>, shared: Shared): RelayParts {
  const context = {
    ...shared,
    client: clientOptions(relay),
    ticker: new SessionTicker(shared.clock),
    connectTimeout: relay.connectTimeout,
    retry: { shortest: relay.retryShortest, longest: relay.retryLongest },
  }
  const pushSettings = new PathSettings({ push: relay.to }, paths)
  const outputs = { ...context, formats: shared.formats.of(clientChunkSize) }
  let configured = destinations({ relay, paths })
  const push = new PushRelay({
    ...context,
    settings: pushSettings,
    createOutput: url => createOutput(url, outputs),
    configured: () => configured,
  })
  const pull = new PullRelay({
    ...context,
    settings: new PathSettings(pullDefaults, paths),
    createInput: url => createInput(url, { ...context, silenceTimeout: relay.silenceTimeout }),
    startTimeout: relay.connectTimeout,
  })
  const always = pulledAlways(paths)
  return {
    list: () => [...push.list(), ...pull.list()],
    applySettings: changed => {
      configured = destinations(changed)
      pushSettings.replace({ push: changed.relay.to }, changed.paths)
      push.applySettings()
    },
    open: () => pull.open(always),
    close: async () => void (await Promise.all([push.close(), pull.close()])),
  }
}

/** All places that streams are sent on to, those for all streams first. */
function destinations({ relay, paths }: Pick<AppConfig, 'relay' | 'paths'>): readonly UrlTemplate<PushUrl>[] {
  return [...relay.to, ...paths.flatMap(({ values }) => values.push ?? [])]
}

type OutputContext = RtmpOutputOptions & SrtRelayOptions

function createOutput(url: PushUrl, context: OutputContext): PushOutput {
  switch (url.protocol) {
    case 'rtmp':
      return new RtmpOutput(url, context)
    case 'udp-ts':
      return new UdpOutput(url, context.clock)
    case 'srt':
      return new SrtOutput(url, context)
  }
}

type InputContext = PulledBytesContext & SrtRelayOptions & { readonly client: RtmpClientOptions }

function createInput(url: PullUrl, context: InputContext): PullInput {
  const { silenceTimeout, client } = context
  switch (url.protocol) {
    case 'rtmp':
      return new RtmpInput(url, { ...client, silenceTimeout })
    case 'http-ts':
      return new HttpTsInput(url, context, client)
    case 'udp-ts':
      return new UdpInput(url, context)
    case 'file':
      return new FileInput(url, context)
    case 'srt':
      return new SrtInput(url, context, context)
  }
}

const pullDefaults: PullSettings = {
  pull: defaultValue(pullPathKeys.pull),
  pullOnDemand: defaultValue(pullPathKeys.pullOnDemand),
  pullLinger: defaultValue(pullPathKeys.pullLinger),
}

/** The streams that are pulled without being asked for. @throws {ConfigError} If a pattern is no name. */
function pulledAlways(paths: AppConfig['paths']): readonly string[] {
  const always = paths.filter(({ values }) => values.pull !== undefined && values.pullOnDemand === false)
  return always.map(({ name }) => {
    if (isStreamName(name.text) && !name.text.includes('*')) return name.text
    const path = `paths.${name.text}.pullOnDemand`
    throw new ConfigError(path, `Cannot use ${path}: to pull always, the pattern must be the name of one stream`)
  })
}

function clientOptions({ connectTimeout, sendTimeout, ca }: RelayConfig): RtmpClientOptions {
  return {
    connectTimeout,
    answerTimeout: connectTimeout,
    sendTimeout,
    ca: ca === '' ? undefined : readCertificates(ca),
  }
}

function readCertificates(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new ConfigError('relay.ca', `Cannot use relay.ca: ${reasonOf(cause)}`, { cause })
  }
}
