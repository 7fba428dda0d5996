import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls, getCACertificates } from 'node:tls'
import { ConnectionError, reasonOf } from '../../core/errors.ts'
import type { Milliseconds } from '../../core/units.ts'
import type { RtmpUrl } from '../../protocols/rtmp/rtmp-url.ts'
import { socketReason } from '../socket-reason.ts'

export type OpenSocketOptions = {
  readonly timeout: Milliseconds
  readonly ca: string | undefined
  readonly signal: AbortSignal | undefined
}

/**
 * Connect over TCP, or over TLS with the server's name checked.
 *
 * @throws {ConnectionError}
 */
export async function openSocket(url: RtmpUrl, { timeout, ca, signal }: OpenSocketOptions): Promise<Socket> {
  const { host, port, isSecure, shown } = url
  const deadline = AbortSignal.timeout(timeout)
  const ending = signal === undefined ? deadline : AbortSignal.any([deadline, signal])
  const address = { host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000 }
  const socket = isSecure ? connectTls({ ...address, ...trust(host, ca) }) : connect(address)
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

function trust(host: string, ca: string | undefined): { readonly servername?: string; readonly ca?: string[] } {
  return {
    ...(isIP(host) === 0 && { servername: host }),
    ...(ca !== undefined && { ca: [...getCACertificates('default'), ca] }),
  }
}
