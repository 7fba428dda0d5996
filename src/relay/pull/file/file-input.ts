import { OpenFile } from '../../../clients/file/open-file.ts'
import type { PublishSettings } from '../../../contracts/path-settings.ts'
import type { Bytes } from '../../../core/units.ts'
import type { AttemptResult } from '../../relay-loop.ts'
import { PlayedFile, type PlayedFileContext } from '../played-file.ts'
import type { PullInput } from '../pull-input.ts'
import type { PulledStream } from '../pulled-stream.ts'
import type { FileUrl } from './file-url.ts'

/** Plays a file of this machine. */
export class FileInput implements PullInput {
  readonly protocol = 'file'
  readonly #url: FileUrl
  readonly #played: PlayedFile

  constructor(url: FileUrl, context: PlayedFileContext) {
    this.#url = url
    this.#played = new PlayedFile(context)
  }

  get bytesReceived(): Bytes {
    return this.#played.bytesReceived
  }

  play(stream: PulledStream, settings: PublishSettings, signal: AbortSignal): Promise<AttemptResult> {
    const { path, loops } = this.#url
    return this.#played.play({ open: () => OpenFile.open(path), loops, stream, settings, signal })
  }
}
