import assert from 'node:assert/strict'
import type { Publication } from '../../src/hub/publication.ts'
import type { PublishDoor } from '../../src/hub/stream-registry.ts'
import type { PeerInfo } from '../../src/hub/subscriber.ts'
import type { InputSource, SourceResult } from '../../src/supervisor/input-source.ts'

/** An input whose connections the test makes and breaks. */
export class ScriptedSource implements InputSource {
  readonly protocol = 'test'
  readonly bytesReceived = 0
  /** How often it was connected. */
  attempts = 0
  #now:
    | { readonly door: PublishDoor; readonly info: PeerInfo; readonly end: (result: SourceResult) => void }
    | undefined
  #publication: Publication | undefined

  get isConnected(): boolean {
    return this.#now !== undefined
  }

  /** What it brings goes there. */
  get publication(): Publication {
    if (this.#publication?.isOpen === true) return this.#publication
    const { door, info } = this.#now ?? assert.fail('it is not connected')
    const result = door({ info, onEnd: () => undefined })
    assert.ok(result.ok)
    this.#publication = result.publication
    return result.publication
  }

  async receive(who: Pick<PeerInfo, 'id' | 'since'>, door: PublishDoor, signal: AbortSignal): Promise<SourceResult> {
    this.attempts++
    const { promise, resolve } = Promise.withResolvers<SourceResult>()
    this.#now = { door, info: { ...who, protocol: 'test', peer: 'there' }, end: resolve }
    const leave = (): void => {
      this.#now = undefined
      resolve('done')
    }
    signal.addEventListener('abort', leave)
    if (signal.aborted) leave()
    const result = await promise
    this.#now = undefined
    this.#publication?.close()
    return result
  }

  /** The connection is over. */
  end(result: SourceResult): void {
    assert.ok(this.#now)
    this.#now.end(result)
  }
}
