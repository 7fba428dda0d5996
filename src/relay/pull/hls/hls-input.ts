import { pace } from '../../../clients/file/pace.ts'
import { FileFetcher } from '../../../clients/file-fetcher.ts'
import { HlsPlayback } from '../../../clients/hls/hls-playback.ts'
import type { MediaResponseOptions } from '../../../clients/media-response.ts'
import type { Clock } from '../../../contracts/clock.ts'
import type { Log } from '../../../contracts/log.ts'
import type { PublishSettings } from '../../../contracts/path-settings.ts'
import { ConnectionError } from '../../../core/errors.ts'
import { rescale } from '../../../core/time.ts'
import type { Bytes, Milliseconds } from '../../../core/units.ts'
import type { Frame } from '../../../media/frame.ts'
import { limitsOf } from '../../../protocols/published-frames.ts'
import type { AttemptResult } from '../../relay-loop.ts'
import { PlayedMedia } from '../played-media.ts'
import type { PullInput } from '../pull-input.ts'
import type { PulledStream } from '../pulled-stream.ts'
import type { HlsUrl } from './hls-url.ts'

export type HlsInputContext = {
  readonly clock: Clock
  readonly log: Log
  /** How long nothing may come. */
  readonly silenceTimeout: Milliseconds
}

/** How the server is treated. */
export type HlsInputOptions = Omit<MediaResponseOptions, 'signal'>

/** A stream of HLS, played at the pace of its times as a player does; a recording is played once, from its beginning. */
export class HlsInput implements PullInput {
  readonly protocol = 'hls'
  readonly #url: HlsUrl
  readonly #context: HlsInputContext
  readonly #options: HlsInputOptions
  #bytesReceived: Bytes = 0
  #wasLive = false

  constructor(url: HlsUrl, context: HlsInputContext, options: HlsInputOptions) {
    this.#url = url
    this.#context = context
    this.#options = options
  }

  get bytesReceived(): Bytes {
    return this.#bytesReceived
  }

  async play(stream: PulledStream, settings: PublishSettings, signal: AbortSignal): Promise<AttemptResult> {
    const { clock, log } = this.#context
    const over = new AbortController()
    const reading = AbortSignal.any([signal, over.signal])
    using fetcher = this.#fetcher(reading)
    const played = new PlayedMedia({ stream, settings, log, limits: limitsOf(settings) })
    const playback = this.#playback(fetcher, played, reading, stream.name)
    try {
      for await (const group of pace(played.place(playback.frames()), { timeOf, clock, signal })) {
        if (stream.isOver) {
          // What is being loaded is not waited for.
          over.abort()
          break
        }
        played.write(group)
      }
    } finally {
      over.abort()
      played.flush()
    }
    if (stream.publication === undefined && !stream.isOver) {
      return new ConnectionError(`Cannot pull ${stream.name}: there is neither picture nor sound in it`)
    }
    this.#wasLive = !playback.isOfRecording
    if (playback.isOfRecording || signal.aborted || stream.isOver) return 'done'
    return new ConnectionError(`Cannot pull ${stream.name}: the stream has ended there`)
  }

  #fetcher(signal: AbortSignal): FileFetcher {
    const onBytes = (size: Bytes): void => {
      this.#bytesReceived += size
    }
    const { silenceTimeout: bodyTimeout } = this.#context
    return new FileFetcher({ ...this.#options, host: this.#url.url.host, signal, bodyTimeout, onBytes })
  }

  #playback(fetcher: FileFetcher, { onLeftOut }: PlayedMedia, signal: AbortSignal, stream: string): HlsPlayback {
    const { url, limits } = this.#url
    const { clock, log, silenceTimeout } = this.#context
    const onLost = (reason: string): void => log.warn('PULL_SEGMENT_LOST', 'A segment is missing', { stream, reason })
    const options = { url, limits, fetcher, clock, signal, silenceTimeout, onLeftOut, onLost }
    return new HlsPlayback({ ...options, takesRecordings: !this.#wasLive })
  }
}

function timeOf({ track, dts }: Frame): Milliseconds {
  return rescale(dts, track.timescale, 1000) as number
}
