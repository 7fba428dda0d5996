import type { S3mini } from 's3mini'
import type { ObjectSource } from '../../contracts/object-store.ts'
import { RefusedError } from '../../core/errors.ts'
import type { Bytes } from '../../core/units.ts'
import { md5, type S3Connection } from './s3-connection.ts'
import { elementsOf, textOf } from './xml-elements.ts'

/** A piece of an object: from `start` up to, and without, `end`. */
export type ObjectPart = { readonly number: number; readonly start: Bytes; readonly end: Bytes }

/** All but the last have the same size. */
export function partsOf(size: Bytes, partSize: Bytes): readonly ObjectPart[] {
  return Array.from({ length: Math.ceil(size / partSize) }, (_, i) => {
    return { number: i + 1, start: i * partSize, end: Math.min(size, (i + 1) * partSize) }
  })
}

/** The answer to one request has no more; further parts are sent again. */
const mostListed = 1000

/**
 * Objects that are sent in parts, one after the other. An upload that has failed is gone on with, also one of an earlier
 * run of the server: parts that are there already and have the same bytes are not sent again.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
 */
export class MultipartUploads {
  readonly #client: S3mini
  readonly #connection: S3Connection
  readonly #partSize: Bytes
  /** Begun and not completed: key to upload. Asked for once. */
  #unfinished: Promise<Map<string, string>> | undefined

  constructor(client: S3mini, connection: S3Connection, partSize: Bytes) {
    this.#client = client
    this.#connection = connection
    this.#partSize = partSize
  }

  async put(key: string, source: ObjectSource, mediaType: string): Promise<void> {
    const unfinished = await this.#listUnfinished()
    const begun = unfinished.get(key)
    const known = begun === undefined ? undefined : await this.#listParts(key, begun)
    const upload = known === undefined ? undefined : begun
    const id = upload ?? (await this.#connection.attempt(this.#client.getMultipartUploadId(key, mediaType)))
    unfinished.set(key, id)
    const parts: { partNumber: number; etag: string }[] = []
    for (const part of partsOf(source.size, this.#partSize)) {
      const bytes = await source.read(part.start, part.end)
      const etag = md5(bytes).toString('hex')
      const isThere = known?.get(part.number) === etag
      parts.push(isThere ? { partNumber: part.number, etag } : await this.#send(key, id, bytes, part))
    }
    const completed = await this.#connection.attempt(this.#client.completeMultipartUpload(key, id, parts))
    // The server may begin to say yes before it knows.
    if ('Error' in completed) throw this.#connection.fault('the parts could not be put together')
    unfinished.delete(key)
  }

  #send(
    key: string,
    id: string,
    bytes: Uint8Array,
    { number }: ObjectPart,
  ): Promise<{ partNumber: number; etag: string }> {
    return this.#connection.attempt(this.#client.uploadPart(key, id, bytes, number))
  }

  #listUnfinished(): Promise<Map<string, string>> {
    const listed = this.#unfinished ?? this.#askUnfinished()
    this.#unfinished = listed
    // What fails now is asked for again.
    listed.catch(() => {
      this.#unfinished = undefined
    })
    return listed
  }

  async #askUnfinished(): Promise<Map<string, string>> {
    const xml = await this.#listed('', { uploads: '' })
    return new Map(
      elementsOf(xml ?? '', 'Upload').map(upload => [textOf(upload, 'Key') ?? '', textOf(upload, 'UploadId') ?? '']),
    )
  }

  /** Number and MD5 of the parts that are there; `undefined` if the upload is not, or no more. */
  async #listParts(key: string, uploadId: string): Promise<ReadonlyMap<number, string> | undefined> {
    const xml = await this.#listed(key, { uploadId, 'max-parts': mostListed })
    if (xml === undefined) return undefined
    const parts = elementsOf(xml, 'Part')
    return new Map(
      parts.map(part => [Number(textOf(part, 'PartNumber')), (textOf(part, 'ETag') ?? '').replaceAll('"', '')]),
    )
  }

  /** What the server lists; `undefined` if it says no: not every one can list uploads. */
  async #listed(key: string, query: Record<string, string | number>): Promise<string | undefined> {
    try {
      return await this.#connection.textOf(this.#client.getObjectRaw(key, true, 0, undefined, query))
    } catch (error) {
      if (error instanceof RefusedError) return undefined
      throw error
    }
  }
}
