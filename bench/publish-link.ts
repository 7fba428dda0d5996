import type { MediaKind } from './marks.ts'
import type { MediaShape } from './synthetic-media.ts'

/** Where a stream is published, and how. */
export type PublishTarget = {
  /** `udp` is for peers that are fed a transport stream: the same one at all ports. */
  readonly protocol: 'rtmp' | 'srt' | 'udp'
  readonly host: string
  /** Stream i goes to the i-th, modulo their number. */
  readonly ports: readonly number[]
  readonly app: string
}

/** One stream of a target. */
export type PublishedStream = {
  readonly target: PublishTarget
  readonly stream: number
  readonly name: string
  readonly shape: MediaShape
}

/** One frame as FLV has it in a tag. */
export type PublishedFrame = {
  readonly kind: MediaKind
  readonly seconds: number
  readonly isKey: boolean
  readonly body: Buffer
}

/** What a publisher puts its frames into. */
export type PublishLink = {
  /** True while the server does not take what it was sent. */
  readonly isFull: boolean
  /** Takes over the frame. */
  readonly write: (frame: PublishedFrame) => void
  readonly close: () => void
}

export type PublishLinkEvents = {
  /** The server has accepted the stream. */
  readonly live: () => void
  readonly failed: (reason: string) => void
}

/** The port of one stream, or of one player, of those that a server listens on. */
export function portOf(ports: readonly number[], index: number): number {
  const port = ports[index % ports.length]
  if (port === undefined) throw new RangeError('Cannot connect: the server has no port for that')
  return port
}
