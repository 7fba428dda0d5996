import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { type Document, deserialize, serialize } from 'bson'
import { Query } from 'mingo'

/** Message types. @see https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/ */
const opReply = 1
const opQuery = 2004
const opMsg = 2013

const headerLength = 16

/**
 * As much of a MongoDB server as the driver asks of one to find, insert and replace documents. It shows that the
 * driver is used rightly; SLUICE_TEST_MONGODB_URL names a real one, which has the last word.
 */
export class MongoServer implements AsyncDisposable {
  readonly #server = createServer(socket => this.#serve(socket))
  readonly #sockets = new Set<Socket>()
  /** By database and collection. */
  readonly #collections = new Map<string, Document[]>()

  static async start(): Promise<MongoServer> {
    const server = new MongoServer()
    server.#server.listen(0, '127.0.0.1')
    await once(server.#server, 'listening')
    return server
  }

  get url(): string {
    return `mongodb://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #serve(socket: Socket): void {
    let received = Buffer.alloc(0)
    this.#sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('data', (bytes: Buffer) => {
      received = Buffer.concat([received, bytes])
      while (received.length >= headerLength && received.length >= received.readInt32LE(0)) {
        const message = received.subarray(0, received.readInt32LE(0))
        received = received.subarray(message.length)
        socket.write(this.#answerTo(message))
      }
    })
  }

  #answerTo(message: Buffer): Buffer {
    const isQuery = message.readInt32LE(12) === opQuery
    const answer = serialize({ ...this.#run(isQuery ? queryOf(message) : commandOf(message)), ok: 1 })
    const opening = Buffer.alloc(headerLength + (isQuery ? 20 : 5))
    opening.writeInt32LE(opening.length + answer.length, 0)
    opening.writeInt32LE(message.readInt32LE(4), 8)
    opening.writeInt32LE(isQuery ? opReply : opMsg, 12)
    // One document in the reply; in OP_MSG, no flags and a section of kind 0.
    if (isQuery) opening.writeInt32LE(1, headerLength + 16)
    return Buffer.concat([opening, answer])
  }

  #run(command: Document): Document {
    const [name = ''] = Object.keys(command)
    const place = `${command['$db']}.${command[name]}`
    const documents = this.#collections.get(place) ?? []
    this.#collections.set(place, documents)
    switch (name) {
      case 'find': {
        const firstBatch = documents.filter(document => new Query(command['filter'] ?? {}).test(document))
        return { cursor: { id: 0n, ns: place, firstBatch } }
      }
      case 'insert':
        return inserted(documents, command['documents'])
      case 'update':
        return replaced(documents, command['updates'])
      default:
        return { ...about, ...(name === 'hello' && { helloOk: true }) }
    }
  }
}

/** What the server says of itself when the driver connects. */
const about = {
  ...{ isWritablePrimary: true, ismaster: true, helloOk: true, minWireVersion: 0, maxWireVersion: 21 },
  ...{ maxBsonObjectSize: 16_777_216, maxMessageSizeBytes: 48_000_000, maxWriteBatchSize: 100_000 },
}

function inserted(documents: Document[], added: readonly Document[]): Document {
  const at = added.findIndex(({ _id }) => documents.some(document => document['_id'] === _id))
  if (at >= 0) return { n: 0, writeErrors: [{ index: at, code: 11000, errmsg: 'E11000 duplicate key error' }] }
  documents.push(...added)
  return { n: added.length }
}

function replaced(documents: Document[], updates: readonly Document[]): Document {
  let n = 0
  for (const { q, u } of updates) {
    const at = documents.findIndex(document => new Query(q).test(document))
    const found = documents[at]
    if (found === undefined) continue
    documents[at] = { _id: found['_id'], ...u }
    n++
  }
  return { n, nModified: n }
}

/** OP_QUERY: flags, the collection's name, two numbers, the document. */
function queryOf(message: Buffer): Document {
  const name = message.indexOf(0, headerLength + 4)
  return documentAt(message, name + 9)
}

/** OP_MSG: flags, then sections: 0 is the command, 1 a list of documents that belong to it. */
function commandOf(message: Buffer): Document {
  let command: Document = {}
  for (let at = headerLength + 4; at < message.length; ) {
    const length = message.readInt32LE(at + 1)
    if (message[at] === 0) command = { ...documentAt(message, at + 1), ...command }
    else {
      const nameEnd = message.indexOf(0, at + 5)
      const list = documentsIn(message, nameEnd + 1, at + 1 + length)
      command = { ...command, [message.toString('utf8', at + 5, nameEnd)]: list }
    }
    at += 1 + length
  }
  return command
}

function documentsIn(message: Buffer, start: number, end: number): readonly Document[] {
  const documents: Document[] = []
  for (let at = start; at < end; at += message.readInt32LE(at)) documents.push(documentAt(message, at))
  return documents
}

function documentAt(message: Buffer, at: number): Document {
  return deserialize(message.subarray(at, at + message.readInt32LE(at)), { useBigInt64: true })
}
