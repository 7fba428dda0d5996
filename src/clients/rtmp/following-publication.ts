import type { FlvTag } from '../../formats/flv/flv-file-reader.ts'
import { tagRole } from '../../formats/flv/tag-role.ts'
import type { EnhancedCapabilities } from '../../protocols/rtmp/enhanced-capabilities.ts'
import { type ConnectOptions, connect, type RtmpConnection, type RtmpPublication } from './library.ts'

type Place = { readonly connection: RtmpConnection; readonly publication: RtmpPublication }

/**
 * A publication that goes where the server asks it to go: at the next key frame it continues over a new connection,
 * with the newest metadata and headers in front.
 *
 * @see Enhanced RTMP v2, Reconnect Request
 */
export class FollowingPublication implements AsyncDisposable {
  readonly #options: ConnectOptions
  /** The newest of each type and role. */
  readonly #headers = new Map<string, FlvTag>()
  #place: Place | undefined
  #next: string | undefined
  #hasVideo = false

  constructor(options: ConnectOptions = {}) {
    this.#options = { ...options, onReconnectRequest: url => (this.#next = url) }
  }

  /** @throws {ServerError} If the server cannot be reached or says no. */
  async open(url: string): Promise<void> {
    const before = this.#place
    this.#next = undefined
    await before?.connection.close()
    const connection = await connect(url, this.#options)
    this.#place = { connection, publication: await connection.publish() }
  }

  /** What the server that it goes to now says of Enhanced RTMP. */
  get capabilities(): EnhancedCapabilities {
    if (this.#place === undefined) throw new RangeError('Cannot tell what the server can: nothing was opened')
    return this.#place.connection.capabilities
  }

  /** Send tags in one write; resolves when the socket can take more. @throws {ServerError} If the connection is lost. */
  async write(tags: readonly FlvTag[]): Promise<void> {
    const { publication } = this.#place ?? {}
    if (publication === undefined) throw new RangeError('Cannot write to a publication that was not opened')
    const cut = this.#next === undefined ? -1 : tags.findIndex(tag => this.#isCut(tag))
    if (this.#next === undefined || cut === -1) {
      for (const tag of tags) this.#keep(tag)
      return publication.write(...tags)
    }
    await this.write(tags.slice(0, cut))
    publication.close()
    await this.open(this.#next)
    await this.write([...this.#headers.values(), ...tags.slice(cut)])
  }

  /** Tell the server that the stream is over, and let it read what was sent. Idempotent. */
  async close(): Promise<void> {
    this.#place?.publication.close()
    await this.#place?.connection.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** Sound alone can be cut anywhere. */
  #isCut(tag: FlvTag): boolean {
    return !this.#hasVideo || tagRole(tag) === 'key'
  }

  #keep(tag: FlvTag): void {
    this.#hasVideo ||= tag.type === 9
    const role = tagRole(tag)
    if (role === 'metadata' || role === 'header') this.#headers.set(`${tag.type} ${role}`, tag)
  }
}
