import { createWriteStream } from 'node:fs'
import type { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { followPlayback } from '../clients/rtmp/following-playback.ts'
import type { Milliseconds } from '../core/units.ts'
import { encodeFileHeader } from '../formats/flv/file-header.ts'
import type { FlvTag } from '../formats/flv/flv-file-reader.ts'
import { encodeTag, tagTypes } from '../formats/flv/tag-header.ts'
import { type CommandIo, readArguments, readDuration, runCommand } from './command-io.ts'
import { isSrtUrl } from './srt-connection.ts'
import { playSrt } from './srt-playback.ts'

export const playUsage = `Usage: sluice play URL [-o FILE] [--duration TIME]

Play a stream until it ends or Ctrl-C, and write it: as FLV from an RTMP server, as it comes (MPEG-TS) from an SRT peer.

  URL                 rtmp://HOST[:1935]/APP/KEY, rtmps://HOST[:443]/APP/KEY or srt://HOST:PORT?streamid=ID
  -o, --output FILE   Write to a file; else to the standard output: "sluice play URL | ffplay -"
  --duration TIME     Stop after so much of the stream: 350ms, 20s, 1m30s
`

/** A server that sends nothing for so long is given up. */
const silenceTimeout: Milliseconds = 30_000
/** How long to wait for the first sound or picture of a stream that begins with the other: the file names both. */
const settleTime: Milliseconds = 1000

const options = { output: { type: 'string', short: 'o' }, duration: { type: 'string' } } as const

/** `sluice play`. @throws {FlagError} If the command line is wrong. */
export async function play(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = readArguments(args, options, ['URL'])
  const [url = ''] = positionals
  const duration = values.duration === undefined ? Number.POSITIVE_INFINITY : readDuration('duration', values.duration)
  return runCommand(io, async () => {
    const output: Writable = values.output === undefined ? io.stdout : createWriteStream(values.output)
    await pipeline(bytesOf(url, duration, io), output, { end: values.output !== undefined })
  })
}

function bytesOf(url: string, duration: Milliseconds, io: CommandIo): AsyncGenerator<Uint8Array> {
  if (isSrtUrl(url)) return playSrt(url, duration, io)
  const tags = untilAborted(followPlayback(url, { silenceTimeout, signal: io.signal }), io.signal)
  return flvBytes(firstOf(tags, duration))
}

/** Ctrl-C ends the stream in order, so that the file is whole. */
async function* untilAborted(tags: AsyncIterable<FlvTag>, signal: AbortSignal): AsyncGenerator<FlvTag> {
  try {
    yield* tags
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

/** The tags until so much time has passed in them. */
async function* firstOf(tags: AsyncIterable<FlvTag>, duration: Milliseconds): AsyncGenerator<FlvTag> {
  let first: number | undefined
  for await (const tag of tags) {
    if (tag.type !== tagTypes.script) {
      first ??= tag.timestamp
      if (((tag.timestamp - first) | 0) >= duration) return
    }
    yield tag
  }
}

/** An FLV file. Its header names what is in it, so the first tags wait until that is known. */
async function* flvBytes(tags: AsyncIterable<FlvTag>): AsyncGenerator<Uint8Array> {
  let held: FlvTag[] | undefined = []
  for await (const tag of tags) {
    if (held === undefined) {
      yield encode(tag)
      continue
    }
    held.push(tag)
    if (!isSettled(held)) continue
    yield beginning(held)
    held = undefined
  }
  if (held !== undefined) yield beginning(held)
}

function isSettled(tags: readonly FlvTag[]): boolean {
  const media = tags.filter(({ type }) => type !== tagTypes.script)
  const [first, last] = [media[0], media.at(-1)]
  const isLongEnough = first !== undefined && (((last?.timestamp ?? 0) - first.timestamp) | 0) >= settleTime
  return isLongEnough || new Set(media.map(({ type }) => type)).size === 2
}

function beginning(tags: readonly FlvTag[]): Uint8Array {
  const has = (type: number): boolean => tags.some(tag => tag.type === type)
  const header = encodeFileHeader({ hasAudio: has(tagTypes.audio), hasVideo: has(tagTypes.video) })
  return Buffer.concat([header, ...tags.map(encode)])
}

function encode({ type, timestamp, body }: FlvTag): Uint8Array {
  return encodeTag(type, timestamp, body)
}
