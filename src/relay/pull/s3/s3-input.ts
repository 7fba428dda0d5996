import { RangedFile } from '../../../clients/file/ranged-file.ts'
import { S3Object } from '../../../clients/s3/s3-object.ts'
import { S3ObjectStore } from '../../../clients/s3/s3-object-store.ts'
import type { PublishSettings } from '../../../contracts/path-settings.ts'
import type { Bytes, Milliseconds } from '../../../core/units.ts'
import type { AttemptResult } from '../../relay-loop.ts'
import { PlayedFile, type PlayedFileContext } from '../played-file.ts'
import type { PullInput } from '../pull-input.ts'
import type { PulledStream } from '../pulled-stream.ts'
import type { S3Url } from './s3-url.ts'

export type S3InputContext = PlayedFileContext & {
  /** For each part of the object. */
  readonly connectTimeout: Milliseconds
}

/** Plays an object of a bucket, part by part. */
export class S3Input implements PullInput {
  readonly protocol = 's3'
  readonly #url: S3Url
  readonly #context: S3InputContext
  readonly #played: PlayedFile

  constructor(url: S3Url, context: S3InputContext) {
    this.#url = url
    this.#context = context
    this.#played = new PlayedFile(context)
  }

  get bytesReceived(): Bytes {
    return this.#played.bytesReceived
  }

  async play(stream: PulledStream, settings: PublishSettings, signal: AbortSignal): Promise<AttemptResult> {
    const { key, loops, ...place } = this.#url
    const store = new S3ObjectStore({ ...place, timeout: this.#context.connectTimeout })
    const onAbort = (): void => void store.close()
    signal.addEventListener('abort', onAbort)
    if (signal.aborted) onAbort()
    const open = async (): Promise<RangedFile> => RangedFile.open(await S3Object.open(store, key))
    try {
      return await this.#played.play({ open, loops, stream, settings, signal })
    } finally {
      signal.removeEventListener('abort', onAbort)
      await store.close()
    }
  }
}
