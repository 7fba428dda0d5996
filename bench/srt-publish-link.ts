import type { SrtClient } from '../src/clients/srt/srt-client.ts'
import {
  type PublishedFrame,
  type PublishedStream,
  type PublishLink,
  type PublishLinkEvents,
  portOf,
} from './publish-link.ts'
import { callServer, srtNow } from './srt-load.ts'
import { TsPayloads } from './ts-payloads.ts'

/** Publishes one stream by SRT. */
export class SrtPublishLink implements PublishLink {
  /** What it must give up, the server counts as lost. */
  readonly isFull = false
  readonly #events: PublishLinkEvents
  readonly #payloads = new TsPayloads(payload => this.#client?.session.send(payload, srtNow()))
  #client: SrtClient | undefined

  constructor(stream: PublishedStream, events: PublishLinkEvents) {
    this.#events = events
    void this.#open(stream)
  }

  write(frame: PublishedFrame): void {
    this.#payloads.write(frame)
  }

  close(): void {
    this.#payloads.flush()
    void this.#client?.close()
  }

  async #open({ target, stream, name }: PublishedStream): Promise<void> {
    try {
      const port = portOf(target.ports, stream)
      this.#client = await callServer(target.host, port, `publish:${target.app}/${name}`)
      this.#events.live()
      this.#events.failed((await this.#client.ended).message)
    } catch (error) {
      this.#events.failed(error instanceof Error ? error.message : String(error))
    }
  }
}
