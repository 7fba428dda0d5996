import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { S3mini } from 's3mini'
import S3rver from 's3rver'
import { S3ObjectStore, type S3Settings } from '../../src/clients/s3/s3-object-store.ts'

/** What s3rver lets in. */
export const s3Keys = { accessKey: 'S3RVER', secretKey: 'S3RVER' } as const
export const s3Bucket = 'archive'

/** s3rver in this process, with one bucket. */
export class S3Server {
  readonly #server: S3rver
  readonly #folder: string
  readonly endpoint: URL
  #isDown = false

  private constructor(server: S3rver, folder: string, { port }: AddressInfo) {
    this.#server = server
    this.#folder = folder
    this.endpoint = new URL(`http://127.0.0.1:${port}`)
    server.httpServer.on('connection', socket => {
      if (this.#isDown) socket.destroy()
    })
  }

  static async listen(): Promise<S3Server> {
    const directory = await mkdtemp(join(tmpdir(), 'sluice-s3-'))
    const place = { address: '127.0.0.1', port: 0, directory, silent: true }
    const server = new S3rver({ ...place, configureBuckets: [{ name: s3Bucket }] })
    removeOneByOne(server)
    listDeepFolders(server)
    return new S3Server(server, directory, await server.run())
  }

  store(settings: Partial<S3Settings> = {}): S3ObjectStore {
    const usual = { region: 'us-east-1', bucket: s3Bucket, pathStyle: true, timeout: 5000, ...s3Keys }
    return new S3ObjectStore({ endpoint: this.endpoint, ...usual, ...settings })
  }

  /** Keep an object. */
  async put(key: string, bytes: Uint8Array): Promise<void> {
    const store = this.store()
    const read = async (start: number, end: number): Promise<Uint8Array> => bytes.subarray(start, end)
    await store.put(key, { size: bytes.length, read }, 'application/octet-stream')
    await store.close()
  }

  /** Whoever has it may read the object. */
  signedUrl(key: string): Promise<string> {
    const { accessKey: accessKeyId, secretKey: secretAccessKey } = s3Keys
    const endpoint = new URL(s3Bucket, this.endpoint).href
    return new S3mini({ endpoint, region: 'us-east-1', accessKeyId, secretAccessKey }).getPresignedUrl('GET', key)
  }

  /** From now on no connection lasts, or all do again. */
  set isDown(isDown: boolean) {
    this.#isDown = isDown
    if (isDown) this.#server.httpServer.closeAllConnections()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = this.#server.close()
    this.#server.httpServer.closeAllConnections()
    await closed
    await rm(this.#folder, { recursive: true })
  }
}

/** s3rver stumbles over the folder of two objects that go at once. */
function removeOneByOne({ store }: S3rver): void {
  const remove = store.deleteObject.bind(store)
  let last = Promise.resolve()
  store.deleteObject = (bucket, key) => {
    last = last.then(() => remove(bucket, key))
    return last
  }
}

/** s3rver overlooks folders that have nothing but folders in them. */
function listDeepFolders({ store }: S3rver): void {
  const list = store.listObjects.bind(store)
  store.listObjects = async (bucket, { delimiter, ...options }) => {
    if (delimiter === undefined) return list(bucket, options)
    const { prefix = '' } = options
    const { objects } = await list(bucket, { ...options, maxKeys: Number.POSITIVE_INFINITY })
    const ends = objects.map(({ key }) => key.indexOf(delimiter, prefix.length))
    const folders = objects.flatMap(({ key }, i) => (ends[i] === -1 ? [] : key.slice(0, (ends[i] ?? 0) + 1)))
    return {
      objects: objects.filter((_, i) => ends[i] === -1),
      commonPrefixes: [...new Set(folders)],
      isTruncated: false,
    }
  }
}
