import { readFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import type { Milliseconds } from '../../core/units.ts'
import type { SqlServer } from '../store-url.ts'

/**
 * A connection over which nothing comes for so long is destroyed: whoever waits for an answer is told, and the next
 * one gets another connection. One that is only idle is replaced when it is needed.
 */
export function endingWhenSilent(socket: Socket, timeout: Milliseconds): Socket {
  return socket.setTimeout(timeout, () => {
    socket.destroy(Object.assign(new Error('the server does not answer'), { code: 'ETIMEDOUT' }))
  })
}

/** Whether the server must prove who it is, and who may have signed that. */
export type TlsOptions = { readonly rejectUnauthorized: boolean; readonly ca?: string }

/** `undefined` for a connection that is not encrypted. */
export async function tlsOptionsOf({ tls, caFile }: SqlServer): Promise<TlsOptions | undefined> {
  if (tls === 'disable') return undefined
  const ca = caFile === undefined ? undefined : await readFile(caFile, 'utf8')
  return { rejectUnauthorized: tls === 'verify-full', ...(ca !== undefined && { ca }) }
}
