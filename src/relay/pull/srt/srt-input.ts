import type { PublishSettings } from '../../../contracts/path-settings.ts'
import type { Bytes } from '../../../core/units.ts'
import type { SrtUrl } from '../../../protocols/srt/srt-url.ts'
import type { AttemptResult } from '../../relay-loop.ts'
import { SrtRelay, type SrtRelayOptions } from '../../srt-relay.ts'
import type { PullInput } from '../pull-input.ts'
import { PulledBytes, type PulledBytesContext } from '../pulled-bytes.ts'
import type { PulledStream } from '../pulled-stream.ts'

/** A transport stream from an SRT peer that we call, meet half-way, or wait for. */
export class SrtInput implements PullInput {
  readonly protocol = 'srt'
  readonly #url: SrtUrl
  readonly #context: PulledBytesContext
  readonly #options: SrtRelayOptions
  #bytesReceived: Bytes = 0

  constructor(url: SrtUrl, context: PulledBytesContext, options: SrtRelayOptions) {
    this.#url = url
    this.#context = context
    this.#options = options
  }

  get bytesReceived(): Bytes {
    return this.#bytesReceived
  }

  async play(stream: PulledStream, settings: PublishSettings, signal: AbortSignal): Promise<AttemptResult> {
    const identity = { connection: stream.connection, stream: stream.name }
    await using relay = await SrtRelay.connect(this.#url, identity, signal, this.#options)
    const pulled = new PulledBytes(stream, settings, this.#context)
    relay.client.receive((payload, isBehindLoss) => {
      this.#bytesReceived += payload.length
      if (isBehindLoss) pulled.lost()
      pulled.write(payload)
    })
    // Who waits for callers waits for the next one at once.
    const left = relay.client.ended.then(error => (this.#url.mode === 'listener' ? 'again' : error))
    try {
      return await Promise.race([pulled.failed, left])
    } finally {
      pulled.close()
    }
  }
}
