import { startPeer } from '../peers/peers.ts'
import type { Program } from '../peers/program.ts'

/**
 * libsrt's own program sends what comes to its input. It takes the rest of the URL as it stands, and when the input has
 * ended it waits to be closed.
 */
export function transmitTo(url: string): Program {
  return startPeer('srt-live-transmit', ['-autoreconnect', 'no', '-chunk', '1316', 'file://con', url])
}

/** libsrt's own program prints what comes, until the connection ends. */
export function transmitFrom(url: string): Program {
  return startPeer('srt-live-transmit', ['-autoreconnect', 'no', url, 'file://con'])
}
