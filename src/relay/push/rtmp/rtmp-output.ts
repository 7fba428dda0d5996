import { clientChunkSize, RtmpClient, type RtmpClientOptions } from '../../../clients/rtmp/rtmp-client.ts'
import { leftOutTracks } from '../../../formats/flv/flv-profile.ts'
import type { Track } from '../../../media/track.ts'
import type { PlayerFormats } from '../../../protocols/rtmp/player-formats.ts'
import { playerProfile } from '../../../protocols/rtmp/player-profile.ts'
import { ReaderSink } from '../../../protocols/rtmp/reader-sink.ts'
import type { RtmpUrl } from '../../../protocols/rtmp/rtmp-url.ts'
import type { AttemptResult } from '../../relay-loop.ts'
import type { PushOutput } from '../push-output.ts'
import type { PushedStream } from '../pushed-stream.ts'

export type RtmpOutputOptions = {
  /** How the server is treated. */
  readonly client: RtmpClientOptions
  /** What servers are sent, shared with players. */
  readonly formats: PlayerFormats
}

/** Publishes a stream on an RTMP server. */
export class RtmpOutput implements PushOutput {
  readonly #url: RtmpUrl
  readonly #options: RtmpOutputOptions
  /** Where the server has asked us to go; `undefined` where we were told to go. */
  #movedTo: RtmpUrl | undefined

  constructor(url: RtmpUrl, options: RtmpOutputOptions) {
    this.#url = url
    this.#options = options
  }

  async send(pushed: PushedStream): Promise<AttemptResult> {
    const url = this.#movedTo ?? this.#url
    this.#movedTo = undefined
    const onReconnectRequest = (next: RtmpUrl): void => {
      this.#movedTo = next
      pushed.end('again')
    }
    const options = { ...this.#options.client, onReconnectRequest, signal: pushed.signal }
    await using client = await RtmpClient.connect(url, options)
    const stream = await client.start('publish', { onEnd: error => pushed.end(error ?? 'done') })
    const result = await this.#feed(pushed, client, stream.id ?? 0)
    stream.close()
    return result
  }

  /** A server is sent what it has announced, or all there is if it says nothing. */
  async #feed(pushed: PushedStream, { socket, capabilities }: RtmpClient, streamId: number): Promise<AttemptResult> {
    const { formats } = this.#options
    const opened = formats.open(playerProfile({ enhanced: capabilities, flashVer: '' }, 'enhanced'))
    const { profile, wireFormat: format } = opened
    // As players have it: the commands needed answers at once, media is cheaper in fewer segments.
    socket.setNoDelay(false)
    const events = { publisherLeft: wait, publisherReturned: wait, end: pushed.onEnd.bind(pushed) }
    const sink = new ReaderSink(socket, profile, { streamId, chunkSize: clientChunkSize }, events)
    const tracks = {
      leftOut: (all: readonly Track[]) => leftOutTracks(all, profile),
      reason: 'the server has not announced',
    }
    const result = await pushed.send({ format, sink, tracks })
    formats.close(opened)
    return result
  }
}

/** The destination waits with us for the publisher's return. */
function wait(): void {}
