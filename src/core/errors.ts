/** Root of every error this server throws on purpose; `code` is stable and listed in docs/errors.md. */
export abstract class ServerError extends Error {
  abstract readonly code: string

  override get name(): string {
    return this.constructor.name
  }
}

/** Which rule of the wire a peer broke. One entry per metric label, so keep the list short. */
export type ProtocolFault = 'malformed' | 'unexpected' | 'unsupported' | 'limit' | 'timeout'

/** The wire languages that peers speak to us. */
export type WireProtocol =
  | 'rtmp'
  | 'flv'
  | 'amf'
  | 'http'
  | 'proxy'
  | 'mpegts'
  | 'srt'
  | 'matroska'
  | 'mp4'
  | 'hls'
  | VideoCoding
  | AudioCoding

type VideoCoding = 'h264' | 'h265' | 'h266' | 'av1' | 'vp8' | 'vp9'

type AudioCoding = 'aac' | 'mp3' | 'opus' | 'flac' | 'ac3' | 'eac3'

/**
 * The peer broke its protocol: close that session and nothing else.
 *
 * Never thrown for "need more bytes" (return `undefined`) or for our own bugs (`assert`, `RangeError`).
 */
export class ProtocolError extends ServerError {
  readonly code = 'ERR_PROTOCOL'
  readonly protocol: WireProtocol
  readonly fault: ProtocolFault

  constructor(protocol: WireProtocol, fault: ProtocolFault, message: string, options?: ErrorOptions) {
    super(message, options)
    this.protocol = protocol
    this.fault = fault
  }
}

/**
 * A fault of ours has ended something that concerns one peer alone: whatever that has sent, it should not have. The cause
 * is what was thrown.
 */
export class InternalError extends ServerError {
  readonly code = 'ERR_INTERNAL'
}

/**
 * What a session or a relay ends with in which `error` was thrown: that, if it was thrown on purpose.
 *
 * @param what That cannot go on: `Cannot pull live/test`.
 */
export function endingError(error: unknown, what: string): ServerError {
  if (error instanceof ServerError) return error
  return new InternalError(`${what}: this server has failed`, { cause: error })
}

/** What `decode` returns; `undefined` where the peer's bytes are wrong and do without being understood. */
export function unlessMalformed<Value>(decode: () => Value): Value | undefined {
  try {
    return decode()
  } catch (error) {
    if (error instanceof ProtocolError) return undefined
    throw error
  }
}

/** What went wrong, in the words of whoever threw it. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** The operator's configuration is wrong. `path` is the dotted key, for example `rtmp.listen`. */
export class ConfigError extends ServerError {
  readonly code = 'ERR_CONFIG'
  readonly path: string

  constructor(path: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.path = path
  }
}

/** A URL that cannot be used. The message holds no part of it that may be secret. */
export class UrlError extends ServerError {
  readonly code = 'ERR_URL'
}

/** The peer understood us and said no, or ended what it had allowed. */
export class RefusedError extends ServerError {
  readonly code = 'ERR_REFUSED'
  /** The protocol's own word for it: `NetStream.Publish.BadName`. */
  readonly status: string

  constructor(status: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.status = status
  }
}

/** The network does not lead to the peer, or no more. */
export class ConnectionError extends ServerError {
  readonly code = 'ERR_CONNECTION'
}

/** A file with media that cannot be read. The message names it without its folder. */
export class FileError extends ServerError {
  readonly code = 'ERR_FILE'
}

/** An HTTP request that cannot be met. The listener answers with `statusCode` and the message. */
export class RequestError extends ServerError {
  readonly code = 'ERR_REQUEST'
  readonly statusCode: 400 | 404 | 409 | 412 | 416 | 503
  /** Seconds after which it may be met. */
  readonly retryAfter: number | undefined

  constructor(
    statusCode: RequestError['statusCode'],
    message: string,
    options: ErrorOptions & { readonly retryAfter?: number } = {},
  ) {
    super(message, options)
    this.statusCode = statusCode
    this.retryAfter = options.retryAfter
  }
}

/** Policy says no. `statusCode` is how HTTP says it; the message may be told to the peer. */
export class DeniedError extends ServerError {
  readonly code = 'ERR_DENIED'
  readonly statusCode: 401 | 403 | 429 | 503

  constructor(statusCode: DeniedError['statusCode'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.statusCode = statusCode
  }
}

/**
 * What is kept cannot be read or changed. `conflict`: somebody else was faster; `unavailable`: try again later;
 * `damaged`: somebody has to look at it. The message holds nothing of what is kept.
 */
export class StoreError extends ServerError {
  readonly code = 'ERR_STORE'
  readonly fault: 'conflict' | 'unavailable' | 'damaged'
  /** Of the document that is meant; `undefined` if it is about all of them. */
  readonly key: string | undefined
  /** Seconds after which it may work. */
  readonly retryAfter: number | undefined

  constructor(
    fault: StoreError['fault'],
    message: string,
    { key, retryAfter, ...options }: ErrorOptions & { readonly key?: string; readonly retryAfter?: number } = {},
  ) {
    super(message, options)
    this.fault = fault
    this.key = key
    this.retryAfter = retryAfter
  }
}

/** One thing that is wrong in a document. `pointer` says where (RFC 6901), `detail` what, without anything secret. */
export type DocumentProblem = { readonly pointer: string; readonly detail: string }

/** A document that cannot be used. Holds everything that is wrong with it, so that one attempt shows it all. */
export class DocumentError extends ServerError {
  readonly code = 'ERR_DOCUMENT'
  readonly statusCode = 422
  readonly problems: readonly DocumentProblem[]

  constructor(message: string, problems: readonly DocumentProblem[], options?: ErrorOptions) {
    super(message, options)
    this.problems = problems
  }
}
