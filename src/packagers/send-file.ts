import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { KeptBytes } from '../contracts/segments.ts'
import { RequestError } from '../core/errors.ts'
import type { Bytes } from '../core/units.ts'
import { type ByteRange, parseRange } from './byte-range.ts'
import { fileAnswer, fileHead } from './file-answer.ts'
import type { SegmentFile } from './file-name.ts'
import { putHeaders, sendAnswer } from './send-answer.ts'
import type { ViewerSession } from './viewer-session.ts'

/** Who is sent which file. */
export type FileSending = {
  readonly request: Pick<FastifyRequest, 'headers' | 'method'>
  readonly reply: FastifyReply
  readonly file: SegmentFile
  readonly session: ViewerSession
}

/** What is in memory. */
export function sendBytes({ request, reply, file, session }: FileSending, bytes: Uint8Array): FastifyReply {
  const range = rangeOf(request, reply, bytes.length)
  return sendAnswer(reply, session.sends(fileAnswer(file, bytes, range)))
}

/** What is kept, at the pace of whoever takes it. @param onBroken It could not be read to its end. */
export function sendPieces(
  { request, reply, file, session }: FileSending,
  bytes: KeptBytes,
  onBroken: (error: unknown) => void,
): FastifyReply {
  const range = rangeOf(request, reply, bytes.size)
  const { start, end } = range ?? { start: 0, end: bytes.size }
  const { status, headers } = fileHead(file, bytes.size, range)
  putHeaders(reply, headers)
    .code(status)
    .header('Content-Length', end - start)
  // With a stream, the length that was told stays.
  if (request.method === 'HEAD') return reply.send(Readable.from([]))
  return reply.send(Readable.from(counted(bytes.read(start, end), session, onBroken), { objectMode: false }))
}

/** @throws {RequestError} 416 if there is nothing of it. */
function rangeOf({ headers }: FileSending['request'], reply: FastifyReply, size: Bytes): ByteRange | undefined {
  // There is no validator that a condition could name (RFC 9110 §13.1.5), so a condition does not hold.
  const range = headers['if-range'] === undefined ? parseRange(headers.range, size) : undefined
  if (range !== 'unsatisfiable') return range
  reply.header('Accept-Ranges', 'bytes').header('Content-Range', `bytes */${size}`)
  throw new RequestError(416, `Cannot send this range: the file has ${size} bytes`)
}

async function* counted(
  pieces: AsyncIterable<Uint8Array>,
  session: ViewerSession,
  onBroken: (error: unknown) => void,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of pieces) {
      session.bytesSent += piece.length
      yield piece
    }
  } catch (error) {
    onBroken(error)
    throw error
  }
}
