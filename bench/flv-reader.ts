/** Called for every whole tag; `body` is borrowed until the call returns. */
export type TagHandler = (type: number, body: Buffer) => void

const FILE_HEADER_SIZE = 9
const TAG_HEADER_SIZE = 11
const PREVIOUS_TAG_SIZE = 4

/**
 * Takes tags out of an FLV file that arrives in pieces of any size. Source: FLV 10.1 §E.2 to §E.4.1.
 *
 *     "FLV", version, flags, header size | 0 (4) | type (1), size (3), time (4), stream id (3) | body | tag size (4) ...
 */
export class FlvReader {
  readonly #onTag: TagHandler
  #part: 'file' | 'header' | 'body' = 'file'
  #need = FILE_HEADER_SIZE + PREVIOUS_TAG_SIZE
  #have = 0
  #type = 0
  #bytes = Buffer.allocUnsafeSlow(4096)

  constructor(onTag: TagHandler) {
    this.#onTag = onTag
  }

  /**
   * Take in `bytes`, which are not kept.
   *
   * @throws {RangeError} If this is not FLV.
   */
  push(bytes: Buffer): void {
    let offset = 0
    while (offset < bytes.length) {
      const end = Math.min(offset + this.#need - this.#have, bytes.length)
      bytes.copy(this.#bytes, this.#have, offset, end)
      this.#have += end - offset
      offset = end
      if (this.#have === this.#need) this.#finishPart()
    }
  }

  #finishPart(): void {
    switch (this.#part) {
      case 'file':
        if (this.#bytes.toString('latin1', 0, 3) !== 'FLV')
          throw new RangeError('Cannot read FLV: signature is missing')
        return this.#begin('header', TAG_HEADER_SIZE)
      case 'header':
        this.#type = this.#bytes.readUInt8() & 0x1f
        return this.#begin('body', this.#bytes.readUIntBE(1, 3) + PREVIOUS_TAG_SIZE)
      case 'body':
        this.#onTag(this.#type, this.#bytes.subarray(0, this.#need - PREVIOUS_TAG_SIZE))
        return this.#begin('header', TAG_HEADER_SIZE)
    }
  }

  #begin(part: 'header' | 'body', need: number): void {
    this.#part = part
    this.#need = need
    this.#have = 0
    if (this.#bytes.length < need) this.#bytes = Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(need)))
  }
}
