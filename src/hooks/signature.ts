import { createHmac } from 'node:crypto'
import type { Milliseconds } from '../core/units.ts'

/**
 * The header by which a receiver knows that we sent `body`, and when: `t=SECONDS,v1=HEX`, where HEX is the HMAC-SHA256
 * of the time, a full stop and the body.
 *
 * @see RFC 2104
 */
export function formatSignature(secret: string, wall: Milliseconds, body: string): string {
  const seconds = Math.floor(wall / 1000)
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`, 'utf8').digest('hex')}`
}
