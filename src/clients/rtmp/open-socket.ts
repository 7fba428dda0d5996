import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { ConnectionError, reasonOf } from '../../core/errors.ts'
import type { Milliseconds } from '../../core/units.ts'
import type { RtmpUrl } from '../../protocols/rtmp/rtmp-url.ts'
import { socketReason } from '../socket-reason.ts'
import { type TlsFiles, tlsOptions } from '../tls-files.ts'

export type OpenSocketOptions = {
  readonly timeout: Milliseconds
  readonly ca: string | undefined
  readonly tls: TlsFiles | undefined
  /** Address of this machine; `undefined` for the system's choice. */
  readonly localAddress: string | undefined
  readonly signal: AbortSignal | undefined
}

/**
 * Connect over TCP, or over TLS with the server's name checked.
 *
 * @throws {ConnectionError} @throws {FileError}
 */
export async function openSocket(url: RtmpUrl, options: OpenSocketOptions): Promise<Socket> {
  const { host, port, isSecure, shown } = url
  const { timeout, ca, tls, localAddress, signal } = options
  const server = isSecure ? { ...(isIP(host) === 0 && { servername: host }), ...(await tlsOptions(ca, tls)) } : {}
  const deadline = AbortSignal.timeout(timeout)
  const ending = signal === undefined ? deadline : AbortSignal.any([deadline, signal])
  const alive = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000 }
  const address = { host, port, ...(localAddress !== undefined && { localAddress }), ...alive }
  const socket = isSecure ? connectTls({ ...address, ...server }) : connect(address)
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const giveUp = (): void =>
    reject(new Error(deadline.aborted ? `it took longer than ${timeout} ms` : 'it was aborted'))
  const onError = (error: Error): void => reject(new Error(socketReason(error)))
  socket.once(isSecure ? 'secureConnect' : 'connect', resolve)
  socket.once('error', onError)
  ending.addEventListener('abort', giveUp)
  if (ending.aborted) giveUp()
  try {
    await promise
    return socket
  } catch (cause) {
    socket.on('error', () => undefined)
    socket.destroy()
    throw new ConnectionError(`Cannot connect to ${shown}: ${reasonOf(cause)}`)
  } finally {
    socket.off('error', onError)
    ending.removeEventListener('abort', giveUp)
  }
}
