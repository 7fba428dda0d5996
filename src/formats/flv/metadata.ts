import type { Bytes } from '../../core/units.ts'
import { type AmfObject, type AmfValue, amfObject, EcmaArray, namedValues } from '../amf/amf-value.ts'
import { decodeAmf0 } from '../amf/decode-amf0.ts'
import { encodeAmf0 } from '../amf/encode-amf0.ts'

const messageName = 'onMetaData'
/** The name as AMF0 writes it: how every script data body with metadata begins. */
const nameBytes = encodeAmf0(messageName)
const nullMarker = 5

/** What a publisher says about its stream. Hints only: a missing field was not told, or told as nonsense. */
export type PublishedMetadata = {
  /** Name and version of the encoder. */
  readonly encoder?: string
  readonly width?: number
  readonly height?: number
  readonly frameRate?: number
  /** The publisher wants its timestamps kept as they are: absolute time code, as Bravo encoders ask for it. */
  readonly wantsTimesKept?: boolean
}

/** Where the key frames of a file are: `times[i]` in seconds at byte `filePositions[i]`, both rising. */
export type KeyframeIndex = { readonly times: readonly number[]; readonly filePositions: readonly Bytes[] }

/** What a file says about itself. A field that is not known is left out. */
export type FileMetadata = {
  /** In seconds. */
  readonly duration?: number
  readonly fileSize?: Bytes
  readonly encoder?: string
  readonly width?: number
  readonly height?: number
  readonly frameRate?: number
  readonly videoCodecId?: number
  readonly audioCodecId?: number
  readonly audioSampleRate?: number
  readonly audioChannels?: number
  readonly keyframes?: KeyframeIndex
  /** What the publisher said besides, under its own names. The fields above take precedence. */
  readonly publisherValues?: AmfObject
}

/** True if a script data body is onMetaData. */
export function isMetadata(body: Uint8Array): boolean {
  return body.length >= nameBytes.length && nameBytes.every((byte, at) => body[at] === byte)
}

/**
 * Decode what we use of an onMetaData body.
 *
 * @throws {ProtocolError}
 * @see FLV 10.1 §E.5
 */
export function decodeMetadata(body: Uint8Array): PublishedMetadata {
  if (!isMetadata(body) || body.length === nameBytes.length) return {}
  const values = namedValues(decodeAmf0(body, nameBytes.length).value) ?? {}
  return compact({
    encoder: text(values['encoder']) ?? text(values['videoencoder']) ?? text(values['metadatacreator']),
    width: positive(values['width']),
    height: positive(values['height']),
    frameRate: positive(values['framerate']) ?? positive(values['videoframerate']) ?? positive(values['fps']),
    wantsTimesKept: values['bravo_atc'] === 'true' ? true : undefined,
  })
}

/**
 * Encode onMetaData in exactly `room` bytes, so that a file can be patched in place when it knows more about itself.
 * What is left of the room is filled with AMF0 nulls behind the metadata, which readers skip with the tag. A keyframe
 * index that does not fit is thinned evenly.
 *
 * @throws {RangeError} If the metadata without an index does not fit.
 * @see FLV 10.1 §E.5
 */
export function encodeMetadata(metadata: FileMetadata, room: Bytes): Uint8Array {
  const body = new Uint8Array(room).fill(nullMarker)
  let encoded = encodeAmf0(messageName, metadataValue(metadata, metadata.keyframes))
  for (let every = 2; encoded.length > room && metadata.keyframes !== undefined; every *= 2) {
    const thinned = thin(metadata.keyframes, every)
    encoded = encodeAmf0(messageName, metadataValue(metadata, thinned))
    if (thinned === undefined) break
  }
  if (encoded.length > room)
    throw new RangeError(`Cannot encode metadata: it has room for ${room} bytes, is ${encoded.length}`)
  body.set(encoded)
  return body
}

/** Each `every`th entry; `undefined` where that would leave none but the first. */
function thin(index: KeyframeIndex, every: number): KeyframeIndex | undefined {
  if (every >= index.times.length) return undefined
  const keep = (_: number, at: number): boolean => at % every === 0
  return { times: index.times.filter(keep), filePositions: index.filePositions.filter(keep) }
}

function metadataValue(metadata: FileMetadata, keyframes: KeyframeIndex | undefined): EcmaArray {
  const { audioChannels: channels } = metadata
  return new EcmaArray(
    amfObject({
      ...metadata.publisherValues,
      ...compact({
        duration: metadata.duration,
        width: metadata.width,
        height: metadata.height,
        framerate: metadata.frameRate,
        videocodecid: metadata.videoCodecId,
        audiocodecid: metadata.audioCodecId,
        audiosamplerate: metadata.audioSampleRate,
        audiochannels: channels,
        stereo: channels === undefined ? undefined : channels > 1,
        encoder: metadata.encoder,
        filesize: metadata.fileSize,
        keyframes: keyframes && amfObject({ times: keyframes.times, filepositions: keyframes.filePositions }),
      }),
    }),
  )
}

type Present<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> }

/** The fields of `fields` that have a value. */
function compact<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>
}

function text(value: AmfValue): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function positive(value: AmfValue): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : undefined
}
