import { crc32 } from 'node:zlib'
import type { StampedEvent } from '../../contracts/events.ts'
import type { Bytes } from '../../core/units.ts'

const lineFeed = 0x0a
/** Digits of the checksum, and the space behind it. */
const headSize = 9

export type JournalRecord = { readonly offset: Bytes; readonly event: StampedEvent }

/** What stands in some bytes of the journal. */
export type JournalRecords = {
  readonly records: readonly JournalRecord[]
  /** Up to the end of the last whole line. */
  readonly size: Bytes
  /** Lines that were passed over, because they are not what was written. */
  readonly damaged: number
}

/**
 * An event as a line of the journal:
 *
 *     checksum (8 hexadecimal digits) | space | JSON of the event | line feed
 *
 * The checksum is the CRC-32 of the JSON.
 */
export function encodeRecord(event: StampedEvent): Buffer {
  const json = JSON.stringify(event)
  return Buffer.from(`${checksum(Buffer.from(json))} ${json}\n`)
}

/** All whole lines of `bytes`. What stands behind the last line feed was never finished, or is not there yet. */
export function decodeRecords(bytes: Uint8Array): JournalRecords {
  const records: JournalRecord[] = []
  let damaged = 0
  let offset = 0
  for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed, offset)) {
    const event = decodeLine(bytes.subarray(offset, end))
    if (event === undefined) damaged++
    else records.push({ offset, event })
    offset = end + 1
  }
  return { records, size: offset, damaged }
}

function decodeLine(line: Uint8Array): StampedEvent | undefined {
  const head = Buffer.from(line.subarray(0, headSize)).toString('latin1')
  const json = line.subarray(headSize)
  if (head !== `${checksum(json)} `) return undefined
  try {
    const event: unknown = JSON.parse(Buffer.from(json).toString('utf8'))
    return isStampedEvent(event) ? event : undefined
  } catch {
    return undefined
  }
}

function checksum(json: Uint8Array): string {
  return crc32(json).toString(16).padStart(8, '0')
}

/** What another version wrote may be of a type that we do not know. It passes by all filters. */
function isStampedEvent(value: unknown): value is StampedEvent {
  if (!isObject(value) || !isObject(value['event'])) return false
  const { id, time, server, sequence, event } = value
  const numbers = [time, sequence]
  const texts = [id, server, event['type']]
  return numbers.every(one => typeof one === 'number') && texts.every(one => typeof one === 'string')
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
