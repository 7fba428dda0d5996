import type { AccessRequest } from '../../src/contracts/access.ts'

/** What a player of live/test asks, unless the test says otherwise. */
export function question(differences: Partial<AccessRequest> = {}): AccessRequest {
  return {
    action: 'play',
    stream: 'live/test',
    protocol: 'rtmp',
    connection: 'rtmp-1',
    address: '192.0.2.1',
    port: 5000,
    credentials: {},
    query: '',
    url: 'rtmp://host/live',
    userAgent: 'test',
    ...differences,
  }
}

/** For those who never give up waiting. */
export const forever: AbortSignal = new AbortController().signal
