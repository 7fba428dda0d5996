import { createHash } from 'node:crypto'
import { S3mini } from 's3mini'
import type { ObjectFacts, ObjectSource, ObjectStore } from '../../contracts/object-store.ts'
import { RefusedError } from '../../core/errors.ts'
import type { Bytes, Milliseconds } from '../../core/units.ts'
import { MultipartUploads, partsOf } from './multipart-uploads.ts'
import { md5, S3Connection } from './s3-connection.ts'
import { notFound } from './s3-failure.ts'
import { elementsOf, textOf } from './xml-elements.ts'

export type S3Settings = {
  /** `https://s3.eu-central-1.amazonaws.com` */
  readonly endpoint: URL
  readonly region: string
  readonly bucket: string
  /** The bucket is the first part of the path, not of the host name. */
  readonly pathStyle: boolean
  /** Without keys, requests are not signed. */
  readonly accessKey: string
  readonly secretKey: string
  /** For one request and its whole answer. */
  readonly timeout: Milliseconds
  /** What is larger is sent in parts of this size. */
  readonly partSize?: Bytes
}

/** What came of an object, and what the object is. */
export type ObjectRange = {
  readonly bytes: Uint8Array
  /** Of the whole object. */
  readonly size: Bytes
  /** Another one if the object was replaced; empty if the server tells none. */
  readonly tag: string
}

/** Of the parts but the last, S3 wants 5 MiB or more. */
const usualPartSize: Bytes = 16 * 1024 * 1024
/** Of one request to list or to remove. */
const mostKeys = 1000

/**
 * A bucket of Amazon S3, or of another server that speaks its language.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
 */
export class S3ObjectStore implements ObjectStore {
  readonly place: string
  readonly #client: S3mini
  readonly #connection: S3Connection
  readonly #partSize: Bytes
  readonly #uploads: MultipartUploads

  constructor(settings: S3Settings) {
    const { bucket, region, accessKey, secretKey, timeout, partSize = usualPartSize } = settings
    const url = bucketUrl(settings)
    this.place = `${settings.endpoint.host}/${bucket}`
    this.#connection = new S3Connection({ place: this.place, timeout })
    this.#client = new S3mini({
      ...{ endpoint: url.href, region, accessKeyId: accessKey, secretAccessKey: secretKey },
      fetch: this.#connection.fetch,
    })
    this.#partSize = partSize
    this.#uploads = new MultipartUploads(this.#client, this.#connection, partSize)
  }

  async put(key: string, source: ObjectSource, mediaType: string): Promise<void> {
    if (source.size > this.#partSize) return this.#uploads.put(key, source, mediaType)
    const bytes = await source.read(0, source.size)
    await this.#client.putObject(key, bytes, mediaType)
  }

  async holds(key: string, source: ObjectSource): Promise<boolean> {
    const found = await this.#find(key)
    return found?.size === source.size && (await tagsOf(source, this.#partSize)).includes(found.tag)
  }

  async sizeOf(key: string): Promise<Bytes | undefined> {
    return (await this.#find(key))?.size
  }

  async read(key: string, start: Bytes, end: Bytes): Promise<Uint8Array | undefined> {
    if (end <= start) return new Uint8Array(0)
    const response = await unlessMissing(this.#client.getObjectRaw(key, false, start, end))
    if (response === undefined) return undefined
    const bytes = new Uint8Array(await this.#connection.attempt(response.arrayBuffer()))
    if (bytes.length === end - start) return bytes
    // Whoever does not know ranges has sent it all.
    if (response.status === 200 && bytes.length >= end) return bytes.subarray(start, end)
    throw this.#connection.fault(`${end - start} bytes were asked for, ${bytes.length} came`)
  }

  /**
   * The bytes from `start` on, up to `end` or to where the object ends before that. Needs the right to read the object, and
   * none to list.
   *
   * @throws {RefusedError} Also if there is no such object, or it has no byte there.
   * @throws {ConnectionError} Also if the server does not know ranges.
   */
  async range(key: string, start: Bytes, end: Bytes): Promise<ObjectRange> {
    const response = await this.#client.getObjectRaw(key, false, start, end)
    const size = /^bytes (\d+)-\d+\/(\d+)$/.exec(response.headers.get('content-range') ?? '')
    if (response.status !== 206 || size === null || Number(size[1]) !== start) {
      await response.body?.cancel()
      throw this.#connection.fault('it does not send parts of objects')
    }
    const bytes = new Uint8Array(await this.#connection.attempt(response.arrayBuffer()))
    return { bytes, size: Number(size[2]), tag: response.headers.get('etag') ?? '' }
  }

  async *list(prefix: string): AsyncGenerator<ObjectFacts> {
    let token: string | undefined
    do {
      const { objects, next } = await this.#page(prefix, mostKeys, token)
      yield* objects
      token = next
    } while (token !== undefined)
  }

  async *folders(prefix: string): AsyncGenerator<string> {
    let token: string | undefined
    do {
      const { folders, next } = await this.#page(prefix, mostKeys, token, { delimiter: '/' })
      for (const folder of folders) yield folder.slice(prefix.length, -1)
      token = next
    } while (token !== undefined)
  }

  async remove(keys: readonly string[]): Promise<void> {
    for (let at = 0; at < keys.length; at += mostKeys) {
      const some = keys.slice(at, at + mostKeys)
      const removed = await this.#connection.attempt(this.#client.deleteObjects(some))
      const left = some.filter((_, i) => removed[i] !== true)
      if (left.length > 0) throw this.#connection.fault(`${left.length} objects could not be removed`)
    }
  }

  async close(): Promise<void> {
    this.#connection.close()
  }

  /** The first of the keys that begin so is the key itself, if it is there. Unlike HEAD, a list says why it is none. */
  async #find(key: string): Promise<TaggedObject | undefined> {
    const { objects } = await this.#page(key, 1)
    return objects.find(object => object.key === key)
  }

  async #page(prefix: string, count: number, token?: string, how: { delimiter?: string } = {}): Promise<Page> {
    const more = token === undefined ? {} : { 'continuation-token': token }
    const query = { 'list-type': '2', 'max-keys': count, prefix, ...how, ...more }
    const xml = await this.#connection.textOf(this.#client.getObjectRaw('', true, 0, undefined, query))
    return {
      objects: elementsOf(xml, 'Contents').map(readObject),
      folders: elementsOf(xml, 'CommonPrefixes').map(folder => textOf(folder, 'Prefix') ?? ''),
      next: textOf(xml, 'NextContinuationToken'),
    }
  }
}

type TaggedObject = ObjectFacts & { readonly tag: string }

type Page = {
  readonly objects: readonly TaggedObject[]
  /** With a delimiter: prefixes that keys have in common. */
  readonly folders: readonly string[]
  readonly next: string | undefined
}

function readObject(entry: string): TaggedObject {
  const [key = '', size, tag = ''] = ['Key', 'Size', 'ETag'].map(name => textOf(entry, name))
  return { key, size: Number(size), tag: tag.replaceAll('"', '').toLowerCase() }
}

/** The tags that an object may have that is not encrypted: the MD5 of its bytes, or that of the MD5s of its parts. */
async function tagsOf(source: ObjectSource, partSize: Bytes): Promise<readonly string[]> {
  const whole = createHash('md5')
  const digests: Buffer[] = []
  for (const { start, end } of partsOf(source.size, partSize)) {
    const bytes = await source.read(start, end)
    whole.update(bytes)
    digests.push(md5(bytes))
  }
  return [whole.digest('hex'), `${md5(Buffer.concat(digests)).toString('hex')}-${digests.length}`]
}

/** Where the objects are. */
export function bucketUrl({ endpoint, bucket, pathStyle }: Pick<S3Settings, 'endpoint' | 'bucket' | 'pathStyle'>): URL {
  const url = new URL(endpoint)
  if (pathStyle) url.pathname = `${url.pathname.replace(/\/$/, '')}/${bucket}`
  else url.host = `${bucket}.${url.host}`
  return url
}

/** `undefined` for what is not there. */
async function unlessMissing<Value>(work: Promise<Value>): Promise<Value | undefined> {
  try {
    return await work
  } catch (error) {
    if (error instanceof RefusedError && notFound.has(error.status)) return undefined
    throw error
  }
}
