import type { Frame } from '../../src/media/frame.ts'
import type { PullInput } from '../../src/relay/pull/pull-input.ts'
import { PullRelay } from '../../src/relay/pull/pull-relay.ts'
import { type PullUrl, parsePullUrl } from '../../src/relay/pull/pull-url.ts'
import { parseUrlTemplate } from '../../src/relay/url-template.ts'
import { publishSettingsOfAll } from './path-settings.ts'
import { RelayFixture } from './relay-fixture.ts'

export type PullFixtureOptions = {
  readonly url: string
  /** Pulled only while somebody plays it. */
  readonly onDemand: boolean
  readonly createInput: (url: PullUrl, context: RelayFixture['context']) => PullInput
}

/** A relay that pulls a URL into streams, and the frames that came. */
export class PullFixture extends RelayFixture {
  readonly frames: Frame[] = []
  readonly relay: PullRelay

  constructor({ url, onDemand, createInput }: PullFixtureOptions) {
    super()
    const general = { pull: parseUrlTemplate(url, parsePullUrl), pullOnDemand: onDemand, pullLinger: 2000 }
    this.relay = new PullRelay({
      ...this.context,
      settings: { general, of: () => general },
      publishSettings: publishSettingsOfAll({}),
      createInput: pullUrl => createInput(pullUrl, this.context),
      startTimeout: () => 10_000,
    })
    this.registry.observe({
      onLive: stream => {
        const append = stream.append.bind(stream)
        stream.append = frame => {
          this.frames.push(frame)
          append(frame)
        }
      },
    })
  }

  get state(): string | undefined {
    return this.relay.list()[0]?.state
  }

  get lastError(): string {
    return this.relay.list()[0]?.lastError ?? ''
  }

  async untilFailed(times: number): Promise<void> {
    await this.until(() => this.relay.list()[0]?.failures === times)
  }
}
