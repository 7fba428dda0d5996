import { ServerResponse, STATUS_CODES } from 'node:http'
import type { HttpAnswer } from '../../contracts/http-routes.ts'
import type { Bytes } from '../../core/units.ts'
import type { AnswerHeaders } from './answer-headers.ts'

/** An answer as it is written. */
export type WholeAnswer = {
  /** Of the clock on the wall, whose time its head tells. */
  readonly second: number
  /** Its head, with the body unless that is long. */
  readonly start: Buffer
  readonly longBody: Uint8Array | undefined
}

/** What is longer costs less as a piece of its own than to copy and keep it behind each head. */
const longestCopy: Bytes = 16_384

/**
 * Answers that many ask for at once, as they are written: made once a second for all who are told the same. A thousand
 * viewers of Low-Latency HLS wait for the last of them, and Node's own response formats the head for each, and copies a
 * text behind it.
 */
export class WholeAnswers {
  readonly #headers: AnswerHeaders
  readonly #made = new WeakMap<HttpAnswer, Map<readonly string[], WholeAnswer>>()

  constructor(headers: AnswerHeaders) {
    this.#headers = headers
  }

  of(answer: HttpAnswer, origin: string | undefined): WholeAnswer {
    const made = this.#madeOf(answer)
    const audience = this.#headers.of(origin)
    const second = Math.floor(Date.now() / 1000)
    const known = made.get(audience)
    if (known?.second === second) return known
    const whole = { second, ...this.#encode(answer, origin) }
    made.set(audience, whole)
    return whole
  }

  #madeOf(answer: HttpAnswer): Map<readonly string[], WholeAnswer> {
    const known = this.#made.get(answer)
    if (known !== undefined) return known
    const fresh = new Map<readonly string[], WholeAnswer>()
    this.#made.set(answer, fresh)
    return fresh
  }

  /**
   * As Node.js says it, without the hint for how long a connection may be idle: ports differ in that.
   *
   * @see RFC 9112 §4 (status line), §9.3 (persistence); RFC 9110 §6.6.1 (`Date`)
   */
  #encode(answer: HttpAnswer, origin: string | undefined): Omit<WholeAnswer, 'second'> {
    const { status, body = '' } = answer
    const passing = ['Date', new Date().toUTCString(), 'Connection', 'keep-alive']
    const fields = [...this.#headers.fieldsOf(answer, origin), ...passing]
    const lines = fields.map((text, i) => (i % 2 === 0 ? `${text}: ` : `${text}\r\n`))
    const head = Buffer.from(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n`, 'latin1')
    const bytes = typeof body === 'string' ? Buffer.from(body) : body
    if (bytes.length > longestCopy) return { start: head, longBody: bytes }
    return { start: Buffer.concat([head, bytes]), longBody: undefined }
  }
}

/** False over HTTP/2, and where an answer has its turn behind another one, or is the last one of its connection. */
export function takesWhole(response: ServerResponse): boolean {
  if (!(response instanceof ServerResponse)) return false
  return response.socket !== null && response.shouldKeepAlive && response.req.httpVersion === '1.1'
}

/** Write an answer past `response`, which is over then: when a response has finished, Node.js goes on with the next request. */
export function sendWhole(response: ServerResponse, { start, longBody }: WholeAnswer): void {
  const { socket } = response
  const onWritten = (error: Error | null | undefined): void => {
    if (!(error instanceof Error)) response.emit('finish')
  }
  if (longBody === undefined) return void socket?.write(start, onWritten)
  // In one call of the system.
  socket?.cork()
  socket?.write(start)
  socket?.write(longBody, onWritten)
  socket?.uncork()
}
