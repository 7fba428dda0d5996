import assert from 'node:assert/strict'
import { clientChunkSize } from '../../src/clients/rtmp/rtmp-client.ts'
import type { ServerEvent } from '../../src/contracts/events.ts'
import type { Log } from '../../src/contracts/log.ts'
import type { Publication } from '../../src/hub/publication.ts'
import { StreamRegistry } from '../../src/hub/stream-registry.ts'
import { PlayerFormats } from '../../src/protocols/rtmp/player-formats.ts'
import { SocketClock } from './socket-clock.ts'
import { settingsOfAll } from './stream-settings.ts'

const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLog,
}

/** Streams, and what relays are given, with a clock that the test moves. */
export class RelayFixture {
  readonly clock = new SocketClock()
  readonly events: ServerEvent[] = []
  readonly registry = new StreamRegistry({
    clock: this.clock,
    settingsOf: settingsOfAll(),
    wireLinger: 1000,
    onConflict: 'reject',
    resumeTimeout: 5000,
  })
  readonly context = {
    registry: this.registry,
    clock: this.clock,
    log: silentLog,
    events: { emit: (event: ServerEvent) => void this.events.push(event) },
    client: { connectTimeout: 2000, answerTimeout: 2000 },
    retry: { shortest: 1000, longest: 8000 },
    formats: new PlayerFormats(clientChunkSize),
  }

  publish(name: string): Publication {
    const info = { id: 'test-1', protocol: 'test', peer: 'here', since: 0 }
    const result = this.registry.publish(name, { info, onEnd: () => undefined })
    assert(result.ok)
    return result.publication
  }

  /** Let time and the event loop run until `condition` holds. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      this.clock.advance(1)
      await new Promise(setImmediate)
    }
  }
}
