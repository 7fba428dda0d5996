import { readFileSync } from 'node:fs'
import type { RtmpClientOptions } from '../clients/rtmp/rtmp-client.ts'
import type { Clock } from '../contracts/clock.ts'
import type { EventSink } from '../contracts/events.ts'
import type { Log } from '../contracts/log.ts'
import type { Relays } from '../contracts/relays.ts'
import { ConfigError } from '../core/errors.ts'
import type { StreamRegistry } from '../hub/stream-registry.ts'
import type { RelayConfig } from '../relay/config.ts'
import { PushRelay } from '../relay/push/rtmp/push-relay.ts'
import type { AppConfig } from './config.ts'
import { PathSettings } from './path-settings.ts'

export type RelayParts = Relays & { close(): Promise<void> }

/**
 * The relays to and from other servers.
 *
 * @throws {ConfigError} If the file of certificates cannot be read.
 */
export function createRelays(
  { relay, paths }: Pick<AppConfig, 'relay' | 'paths'>,
  shared: { readonly registry: StreamRegistry; readonly clock: Clock; readonly log: Log; readonly events: EventSink },
): RelayParts {
  const context = {
    ...shared,
    client: clientOptions(relay),
    retry: { shortest: relay.retryShortest, longest: relay.retryLongest },
  }
  const push = new PushRelay({ ...context, settings: new PathSettings({ push: relay.to }, paths) })
  return { list: () => push.list(), close: () => push.close() }
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
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ConfigError('relay.ca', `Cannot use relay.ca: ${reason}`, { cause })
  }
}
