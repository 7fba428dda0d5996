import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, Socket as TcpSocket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { test } from 'vitest'
import { FakeClock } from '../../../test/support/fake-clock.ts'
import { canRest, MergedReads, type Readable } from './merged-reads.ts'

class FakeSocket implements Readable {
  destroyed = false
  readableLength = 0
  isPaused = false
  pause(): void {
    this.isPaused = true
  }

  resume(): void {
    assert.equal(this.destroyed, false)
    this.isPaused = false
  }
}

function setUp(current: number) {
  const clock = new FakeClock()
  return {
    clock,
    window: { current },
    reads: new MergedReads(clock),
    sockets: [new FakeSocket(), new FakeSocket()] as const,
  }
}

test('merged reads: without a window a socket reads on', () => {
  const { reads, window, sockets } = setUp(0)
  reads.afterRead(sockets[0], 100, window)
  assert.equal(sockets[0].isPaused, false)
})

test('merged reads: a socket rests for what is left of the window, and all go on together', () => {
  const { clock, reads, window, sockets } = setUp(50)
  reads.afterRead(sockets[0], 100, window)
  clock.advance(30)
  reads.afterRead(sockets[1], 100, window)
  assert.deepEqual(
    sockets.map(({ isPaused }) => isPaused),
    [true, true],
  )
  clock.advance(19)
  assert.deepEqual(
    sockets.map(({ isPaused }) => isPaused),
    [true, true],
  )
  clock.advance(1)
  assert.deepEqual(
    sockets.map(({ isPaused }) => isPaused),
    [false, false],
  )
  assert.equal(clock.pendingCount, 0)
})

test('merged reads: a socket that has more to read does not rest', () => {
  const { reads, window, sockets } = setUp(50)
  reads.afterRead(sockets[0], 65_536, window)
  assert.equal(sockets[0].isPaused, false)
})

test('merged reads: a socket that was destroyed meanwhile is left alone', () => {
  const { clock, reads, window, sockets } = setUp(50)
  for (const socket of sockets) reads.afterRead(socket, 100, window)
  sockets[0].destroyed = true
  clock.advance(50)
  assert.deepEqual(
    sockets.map(({ isPaused }) => isPaused),
    [true, false],
  )
})

test('merged reads: only sockets without TLS rest', () => {
  assert.equal(canRest(new TcpSocket()), true)
  const secure = new TLSSocket(new TcpSocket())
  assert.equal(canRest(secure), false)
  secure.destroy()
})

test('merged reads: closing lets everybody read', () => {
  const { reads, window, sockets } = setUp(50)
  for (const socket of sockets) reads.afterRead(socket, 100, window)
  reads.close()
  assert.deepEqual(
    sockets.map(({ isPaused }) => isPaused),
    [false, false],
  )
})

test('merged reads: what was read ahead is handed on without another rest', () => {
  const { clock, reads, window, sockets } = setUp(50)
  const [socket] = sockets
  reads.afterRead(socket, 100, window)
  socket.readableLength = 30
  clock.advance(50)
  reads.afterRead(socket, 30, window)
  assert.equal(socket.isPaused, false)
  reads.afterRead(socket, 700, window)
  assert.equal(socket.isPaused, true)
})

test('merged reads: many packets during a rest are two reads, and all of them are there when it is over', async () => {
  const { clock, reads, window } = setUp(50)
  const sizes: number[] = []
  const accepted = Promise.withResolvers<TcpSocket>()
  const server = createServer({ highWaterMark: 1 }, accepted.resolve).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const socket = await accepted.promise
  const send = (): Promise<void> => new Promise(resolve => client.write(Buffer.alloc(100), () => resolve()))
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) await new Promise(setImmediate)
  }
  try {
    client.setNoDelay(true)
    socket.on('data', bytes => {
      sizes.push(bytes.length)
      reads.afterRead(socket, bytes.length, window)
    })
    await send()
    await until(() => sizes.length === 1)
    await send()
    await until(() => socket.readableLength === 100)
    for (let i = 0; i < 20; i++) await send()
    assert.deepEqual(sizes, [100])
    clock.advance(50)
    await until(() => sizes.length === 3)
    assert.deepEqual(sizes, [100, 100, 2000])
  } finally {
    client.destroy()
    socket.destroy()
    server.close()
  }
})
