import type { PublishSettings, SettingsSource } from '../contracts/path-settings.ts'
import type { Milliseconds } from '../core/units.ts'
import type { StreamRegistry } from '../hub/stream-registry.ts'
import type { FileUrl } from '../relay/pull/file/file-url.ts'
import type { InputUrl } from '../relay/pull/input-url.ts'
import { withAccess } from '../relay/pull/pull-access.ts'
import { PulledInput } from '../relay/pull/pulled-input.ts'
import { CopiedStream } from '../supervisor/copied-stream.ts'
import type { InputSource } from '../supervisor/input-source.ts'
import type { InputPlan, StreamPlan } from '../supervisor/supervised-stream.ts'
import type { DeclaredInput } from './declared-input.ts'
import { headersOf } from './input-rules.ts'
import type { RelayParts } from './relays.ts'
import type { StreamDeclaration } from './stream-declaration.ts'

export type PlanContext = {
  readonly registry: StreamRegistry
  readonly settings: { readonly publish: SettingsSource<PublishSettings> }
  readonly relays: Pick<RelayParts, 'createInput'>
}

/** What is played from its beginning on, wherever it lies. */
const files: readonly InputUrl['protocol'][] = ['file', 'http-file', 's3']

/** A file that is read too slowly is no slate. */
const slateTimeout: Milliseconds = 5000

/** What has to be done about a stream that was declared; `undefined` if it has no inputs, or is switched off. */
export function streamPlan(
  name: string,
  { enabled, inputs, slate, failback, onDemand, linger }: StreamDeclaration,
  context: PlanContext,
): StreamPlan | undefined {
  const used = inputs.filter(input => input.enabled)
  if (!enabled || used.length === 0) return undefined
  const ordered = used.toSorted((a, b) => a.priority - b.priority)
  return {
    name,
    inputs: [
      ...ordered.map(input => inputPlan(name, input, context)),
      ...(slate === undefined ? [] : [slatePlan(name, slate, context)]),
    ],
    hold: failback.hold,
    onDemand: onDemand ? { linger } : undefined,
  }
}

function inputPlan(name: string, input: DeclaredInput, context: PlanContext): InputPlan {
  const { title, timeout, connectTimeout, standby, reconnect, headers, username, password, tls } = input
  const url = input.url.urlFor(name)
  return {
    key:
      url.protocol === 'publish'
        ? 'publish'
        : JSON.stringify([input.url.text, connectTimeout, headers, username, password, tls, input.interface]),
    ...{ shown: url.shown, title, timeout },
    reconnect: { shortest: reconnect.min, longest: reconnect.max, jitter: reconnect.jitter / 100 },
    // A file that nobody sees need not be played.
    isHot: standby === 'hot' && !files.includes(url.protocol),
    isSlate: false,
    createSource: url.protocol === 'publish' ? undefined : () => inputSource(name, url, input, context),
  }
}

function slatePlan(name: string, slate: FileUrl, { settings, relays }: PlanContext): InputPlan {
  const { shown } = slate
  const publishing = (): PublishSettings => settings.publish.of(name)
  return {
    ...{ key: `slate ${slate.path}`, shown, title: '', isHot: false, isSlate: true },
    timeout: slateTimeout,
    reconnect: { shortest: 1000, longest: 30_000 },
    createSource: () => {
      const input = relays.createInput({ ...slate, protocol: 'file' })
      return new PulledInput({ name, shown, input, settings: publishing })
    },
  }
}

function inputSource(
  name: string,
  url: Exclude<InputUrl, { protocol: 'publish' }>,
  input: DeclaredInput,
  { registry, settings, relays }: PlanContext,
): InputSource {
  if (url.protocol === 'copy') return new CopiedStream(url.stream, registry)
  const { connectTimeout, timeout, username, password, tls, interface: localAddress } = input
  const tuning = {
    ...(connectTimeout > 0 && { connectTimeout }),
    silenceTimeout: timeout,
    headers: headersOf(input) ?? {},
    ...{ tls, localAddress },
  }
  const publishing = (): PublishSettings => settings.publish.of(name)
  const pulled = relays.createInput(withAccess(url, { username, password, localAddress }), tuning)
  return new PulledInput({ name, shown: url.shown, input: pulled, settings: publishing })
}
