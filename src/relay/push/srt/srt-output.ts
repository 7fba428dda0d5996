import { tsWireFormat } from '../../../protocols/mpegts/ts-wire-format.ts'
import { SrtSink } from '../../../protocols/srt/srt-sink.ts'
import type { SrtUrl } from '../../../protocols/srt/srt-url.ts'
import type { AttemptResult } from '../../relay-loop.ts'
import { SrtRelay, type SrtRelayOptions } from '../../srt-relay.ts'
import type { PushOutput } from '../push-output.ts'
import type { PushedStream } from '../pushed-stream.ts'
import { tsTracks } from '../ts-tracks.ts'

/** A transport stream to an SRT peer that we call, meet half-way, or wait for. */
export class SrtOutput implements PushOutput {
  readonly #url: SrtUrl
  readonly #options: SrtRelayOptions

  constructor(url: SrtUrl, options: SrtRelayOptions) {
    this.#url = url
    this.#options = options
  }

  async send(pushed: PushedStream): Promise<AttemptResult> {
    const identity = { connection: pushed.connection, stream: pushed.name }
    await using relay = await SrtRelay.connect(this.#url, identity, pushed.signal, this.#options)
    const { client } = relay
    // Who waits for callers waits for the next one at once.
    void client.ended.then(error => pushed.end(this.#url.mode === 'listener' ? 'again' : error))
    const sink = new SrtSink(client.session, this.#options.clock, reason => pushed.onEnd(reason))
    const result = await pushed.send({ format: tsWireFormat, sink, startsAhead: true, tracks: tsTracks })
    if (result === 'done') await client.finish()
    return result
  }
}
