import assert from 'node:assert/strict'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { onTestFinished, test } from 'vitest'
import { SrtPort } from './srt-port.ts'

const here = { host: '127.0.0.1', port: 0 }

async function opened(address = here): Promise<{ readonly port: SrtPort; readonly heard: string[] }> {
  const heard: string[] = []
  const onPacket = (packet: Uint8Array): void => void heard.push(Buffer.from(packet).toString())
  const port = await SrtPort.bind(address, { onPacket, onError: error => assert.fail(error) })
  onTestFinished(() => port.close())
  return { port, heard }
}

async function peer(): Promise<Socket> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  onTestFinished(() => void socket.close())
  return socket
}

test('srt port: stopped, it is open for the connections that use it, and then closes', async () => {
  const { port } = await opened()
  const far = await peer()
  port.enter()
  port.stop()
  assert.ok(!port.isListening && !port.isDone)
  port.send(Buffer.from('to a connection'), far.address().port, '127.0.0.1')
  const [packet] = await once(far, 'message')
  assert.equal(String(packet), 'to a connection')
  port.leave()
  assert.ok(port.isDone)
  // Its number is free.
  await opened({ host: '127.0.0.1', port: port.port })
})

test('srt port: released, its connections go on over the one that takes its number', async () => {
  const { port: old } = await opened()
  const far = await peer()
  old.enter()
  old.release()
  assert.ok(old.isReleased)
  old.send(Buffer.from('lost'), far.address().port, '127.0.0.1')
  const { port: next, heard } = await opened({ host: '127.0.0.1', port: old.port })
  next.succeed(old)
  assert.ok(!old.isReleased)
  old.send(Buffer.from('to a connection'), far.address().port, '127.0.0.1')
  const [packet, { port: from }] = await once(far, 'message')
  assert.deepEqual([String(packet), from], ['to a connection', next.port])
  far.send('from its peer', next.port, '127.0.0.1')
  far.send('and again', next.port, '127.0.0.1', () => undefined)
  while (heard.length < 2) await new Promise(setImmediate)
  assert.deepEqual(heard, ['from its peer', 'and again'])
  old.leave()
  assert.ok(next.isListening)
})
