import { readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { RtmpClient } from './rtmp-client.ts'

/** A part of what a publisher sends: the first `seconds` of an FLV file, its timestamps moved to `start`. */
export type Scene = { readonly path: string; readonly seconds: number; readonly start: number }

type Tag = { readonly type: number; readonly timestamp: number; readonly payload: Uint8Array }

const audio = 8
const video = 9

/** Publishes one scene after the other in one session, at their own pace, as `live/NAME`. Open it with `await using`. */
export class ScenePublisher implements AsyncDisposable {
  readonly #client: RtmpClient
  readonly #streamId: number

  private constructor(client: RtmpClient, streamId: number) {
    this.#client = client
    this.#streamId = streamId
  }

  static async open(port: number, name: string): Promise<ScenePublisher> {
    const client = await RtmpClient.connected(port)
    return new ScenePublisher(client, await client.publish(name))
  }

  /** Resolves when all of it is sent, when its last frame is over. */
  async send({ path, seconds, start }: Scene): Promise<void> {
    const began = performance.now()
    for (const { type, timestamp, payload } of readTags(await readFile(path))) {
      if (timestamp >= 1000 * seconds) break
      const early = began + timestamp - performance.now()
      if (early > 0) await pause(early)
      this.#client.message({ type, streamId: this.#streamId, timestamp: start + timestamp, payload })
    }
    await this.#client.sent()
    await pause(Math.max(0, began + 1000 * seconds - performance.now()))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client[Symbol.asyncDispose]()
  }
}

/** Sound and pictures of an FLV file. Source: Adobe FLV 10.1, Annex E.3, E.4.1. */
function* readTags(file: Buffer): Generator<Tag> {
  const headerSize = 9
  const previousTagSize = 4
  for (let at = headerSize + previousTagSize; at + 11 <= file.length; ) {
    const type = file.readUInt8(at)
    const size = file.readUIntBE(at + 1, 3)
    const timestamp = file.readUIntBE(at + 4, 3) + 2 ** 24 * file.readUInt8(at + 7)
    const body = at + 11
    if (type === audio || type === video) yield { type, timestamp, payload: file.subarray(body, body + size) }
    at = body + size + previousTagSize
  }
}
