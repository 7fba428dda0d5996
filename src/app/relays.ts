import { defaultValue } from '../config/field.ts'
import type { EventSink } from '../contracts/events.ts'
import type { PublishSettings, SettingsSource } from '../contracts/path-settings.ts'
import type { Relays } from '../contracts/relays.ts'
import { ConfigError } from '../core/errors.ts'
import type { FaultSink } from '../hub/contained-fault.ts'
import { isStreamName } from '../hub/stream-name.ts'
import type { StreamRegistry } from '../hub/stream-registry.ts'
import { pullPathKeys } from '../relay/config.ts'
import { PullRelay, type PullSettings } from '../relay/pull/pull-relay.ts'
import { PushRelay } from '../relay/push/push-relay.ts'
import type { PushUrl } from '../relay/push/push-url.ts'
import type { UrlTemplate } from '../relay/url-template.ts'
import type { AppConfig } from './config.ts'
import type { Declarations } from './declarations.ts'
import { PathSettings } from './path-settings.ts'
import { checkAuthorities } from './relay-client-options.ts'
import { RelayProtocols, type RelayProtocolsShared } from './relay-protocols.ts'
import type { StreamDeclaration } from './stream-declaration.ts'

export type RelayParts = Relays & {
  /** The configuration has changed: streams are sent on to other places, or come from others. */
  applySettings(changed: RelayPart): void
  readonly createInput: RelayProtocols['createInput']
  /** Begin to pull the streams that are wanted always. */
  open(): void
  close(): Promise<void>
}

/** What relays read of the configuration. */
type RelayPart = Pick<AppConfig, 'relay' | 'paths'>

type Shared = RelayProtocolsShared & {
  readonly declarations: Pick<Declarations, 'declarationOf' | 'declarations'>
  readonly registry: StreamRegistry
  readonly events: EventSink
  readonly publishSettings: SettingsSource<PublishSettings>
  readonly onInternalFault?: FaultSink
}

/**
 * The relays to and from other servers.
 *
 * @throws {ConfigError} If the file of certificates cannot be read, or many streams are to be pulled always.
 */
export function createRelays(config: RelayPart, shared: Shared): RelayParts {
  let now = config
  const { declarations } = shared
  const pushOfPaths = new PathSettings({ push: config.relay.to }, config.paths)
  const pushSettings = {
    get general() {
      return pushOfPaths.general
    },
    of: (name: string) => ({ push: [...pushOfPaths.of(name).push, ...pushesOf(declarations.declarationOf(name))] }),
  }
  const pullOfPaths = new PathSettings(pullDefaults, config.paths)
  const pullSettings = {
    get general() {
      return pullOfPaths.general
    },
    of: (name: string) => (hasInputs(declarations.declarationOf(name)) ? pullDefaults : pullOfPaths.of(name)),
  }
  checkAuthorities(config.relay)
  checkPulls(config.paths)
  const always = pulledAlways(config.paths)
  const protocols = new RelayProtocols(() => now.relay, shared)
  const { retry } = protocols
  const push = new PushRelay({
    ...{ ...shared, retry, settings: pushSettings },
    createOutput: url => protocols.createOutput(url),
    configured: () => [...destinations(now), ...declarations.declarations.flatMap(pushesOf)],
  })
  const pull = new PullRelay({
    ...{ ...shared, retry, settings: pullSettings },
    createInput: url => protocols.createInput(url),
    startTimeout: () => now.relay.connectTimeout,
  })
  return {
    createInput: (url, tuning) => protocols.createInput(url, tuning),
    list: () => [...push.list(), ...pull.list()],
    applySettings: changed => {
      now = changed
      pushOfPaths.replace({ push: changed.relay.to }, changed.paths)
      push.applySettings()
      pullOfPaths.replace(pullDefaults, changed.paths)
      pull.applySettings(pulledAlways(changed.paths))
    },
    open: () => pull.open(always),
    close: async () => void (await Promise.all([push.close(), pull.close()])),
  }
}

/** All places that streams are sent on to, those for all streams first. */
function destinations({ relay, paths }: RelayPart): readonly UrlTemplate<PushUrl>[] {
  return [...relay.to, ...paths.flatMap(({ values }) => values.push ?? [])]
}

/** Where a stream is sent on to because it was declared. */
function pushesOf(declaration: StreamDeclaration | undefined): readonly UrlTemplate<PushUrl>[] {
  return (declaration?.push ?? []).filter(({ enabled }) => enabled).map(({ url }) => url)
}

/** What has inputs of its own comes from nowhere else. */
function hasInputs(declaration: StreamDeclaration | undefined): boolean {
  return (declaration?.inputs.length ?? 0) > 0
}

const pullDefaults: PullSettings = {
  pull: defaultValue(pullPathKeys.pull),
  pullOnDemand: defaultValue(pullPathKeys.pullOnDemand),
  pullLinger: defaultValue(pullPathKeys.pullLinger),
}

/** The streams that are pulled without being asked for. */
function pulledAlways(paths: AppConfig['paths']): readonly string[] {
  return alwaysOf(paths).flatMap(({ name }) => (isOneStream(name.text) ? [name.text] : []))
}

/** @throws {ConfigError} If many streams are to be pulled always. */
export function checkPulls(paths: AppConfig['paths']): void {
  const wrong = alwaysOf(paths).find(({ name }) => !isOneStream(name.text))
  if (wrong === undefined) return
  const path = `paths.${wrong.name.text}.pullOnDemand`
  throw new ConfigError(path, `Cannot use ${path}: to pull always, the pattern must be the name of one stream`)
}

function alwaysOf(paths: AppConfig['paths']): AppConfig['paths'] {
  return paths.filter(({ values }) => values.pull !== undefined && values.pullOnDemand === false)
}

function isOneStream(pattern: string): boolean {
  return isStreamName(pattern) && !pattern.includes('*')
}
