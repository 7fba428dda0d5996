/** What an HTTP response says, as it arrives. */
export type HttpResponseEvents = {
  readonly status: (status: number) => void
  /** A piece of the body; borrowed until the call returns. */
  readonly body: (bytes: Buffer) => void
}

const HEAD_LIMIT = 16 << 10
const LINE_LIMIT = 64

/** Where in the response the next byte stands. */
type Phase =
  | { readonly part: 'head'; readonly held: Buffer }
  | { readonly part: 'plain' }
  | { readonly part: 'size'; readonly line: string }
  | { readonly part: 'chunk'; readonly left: number }
  | { readonly part: 'end' }

/** Bytes that close a chunk. */
const CRLF_SIZE = 2

/** Reads one HTTP/1.1 response, chunked or not, in pieces of any size. Source: RFC 9112 §4, §7.1. */
export class HttpResponseReader {
  readonly #events: HttpResponseEvents
  #phase: Phase = { part: 'head', held: Buffer.alloc(0) }

  constructor(events: HttpResponseEvents) {
    this.#events = events
  }

  /**
   * Take in `bytes`, which are not kept.
   *
   * @throws {RangeError} If the head or a chunk size line has no end.
   */
  push(bytes: Buffer): void {
    let rest = bytes
    while (rest.length > 0) rest = this.#step(rest)
  }

  #step(bytes: Buffer): Buffer {
    const phase = this.#phase
    switch (phase.part) {
      case 'head':
        return this.#pushHead(Buffer.concat([phase.held, bytes]))
      case 'plain':
        this.#events.body(bytes)
        return bytes.subarray(bytes.length)
      case 'size':
        return this.#pushSize(phase.line, bytes)
      case 'chunk':
        return this.#pushChunk(phase.left, bytes)
      case 'end':
        return bytes.subarray(bytes.length)
    }
  }

  #pushHead(bytes: Buffer): Buffer {
    const end = bytes.indexOf('\r\n\r\n')
    if (end < 0) {
      if (bytes.length > HEAD_LIMIT) throw new RangeError('Cannot read HTTP response: head has no end')
      this.#phase = { part: 'head', held: bytes }
      return bytes.subarray(bytes.length)
    }
    const head = bytes.toString('latin1', 0, end)
    const isChunked = /^transfer-encoding:\s*chunked\s*$/im.test(head)
    this.#phase = isChunked ? { part: 'size', line: '' } : { part: 'plain' }
    this.#events.status(Number(/^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1] ?? 0))
    return bytes.subarray(end + 4)
  }

  #pushSize(held: string, bytes: Buffer): Buffer {
    const newline = bytes.indexOf('\n')
    const line = held + bytes.toString('latin1', 0, newline < 0 ? bytes.length : newline + 1)
    if (line.length > LINE_LIMIT) throw new RangeError('Cannot read HTTP chunk: size line has no end')
    if (newline < 0) {
      this.#phase = { part: 'size', line }
      return bytes.subarray(bytes.length)
    }
    const size = Number.parseInt(line, 16)
    this.#phase = size === 0 ? { part: 'end' } : { part: 'chunk', left: size + CRLF_SIZE }
    return bytes.subarray(newline + 1)
  }

  #pushChunk(left: number, bytes: Buffer): Buffer {
    const taken = Math.min(left, bytes.length)
    const data = Math.min(taken, Math.max(0, left - CRLF_SIZE))
    if (data > 0) this.#events.body(bytes.subarray(0, data))
    this.#phase = taken === left ? { part: 'size', line: '' } : { part: 'chunk', left: left - taken }
    return bytes.subarray(taken)
  }
}
