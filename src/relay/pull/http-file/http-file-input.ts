import { RangedFile } from '../../../clients/file/ranged-file.ts'
import { FileFetcher } from '../../../clients/file-fetcher.ts'
import { HttpFile } from '../../../clients/http-file.ts'
import type { MediaResponseOptions } from '../../../clients/media-response.ts'
import type { PublishSettings } from '../../../contracts/path-settings.ts'
import type { Bytes, Milliseconds } from '../../../core/units.ts'
import type { AttemptResult } from '../../relay-loop.ts'
import { PlayedFile, type PlayedFileContext } from '../played-file.ts'
import type { PullInput } from '../pull-input.ts'
import type { PulledStream } from '../pulled-stream.ts'
import type { HttpFileUrl } from './http-file-url.ts'

export type HttpFileInputContext = PlayedFileContext & {
  /** For each part of the file, behind the head of the answer. */
  readonly silenceTimeout: Milliseconds
}

/** How the server is treated. */
export type HttpFileInputOptions = Omit<MediaResponseOptions, 'signal'>

/** Plays a file of a web server, part by part. */
export class HttpFileInput implements PullInput {
  readonly protocol = 'http-file'
  readonly #url: HttpFileUrl
  readonly #context: HttpFileInputContext
  readonly #options: HttpFileInputOptions
  readonly #played: PlayedFile

  constructor(url: HttpFileUrl, context: HttpFileInputContext, options: HttpFileInputOptions) {
    this.#url = url
    this.#context = context
    this.#options = options
    this.#played = new PlayedFile(context)
  }

  get bytesReceived(): Bytes {
    return this.#played.bytesReceived
  }

  async play(stream: PulledStream, settings: PublishSettings, signal: AbortSignal): Promise<AttemptResult> {
    const { url, loops } = this.#url
    const { silenceTimeout: bodyTimeout } = this.#context
    using fetcher = new FileFetcher({
      ...{ ...this.#options, host: url.host, signal, bodyTimeout },
      onBytes: () => undefined,
    })
    const open = async (): Promise<RangedFile> => RangedFile.open(await HttpFile.open(fetcher, url))
    return await this.#played.play({ open, loops, stream, settings, signal })
  }
}
