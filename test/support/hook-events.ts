import type { ServerEvent, StampedEvent } from '../../src/contracts/events.ts'

let count = 0

/** An event as the bus hands it out, at a fixed time. */
export function stamped(event: ServerEvent): StampedEvent {
  const id = `019b76da-a800-7000-8000-${String(++count).padStart(12, '0')}`
  return { id, time: Date.UTC(2026, 0, 1), server: 'host', sequence: count, event }
}

export function publishStarted(stream = 'live/test', connection = 'rtmp-1', query = ''): ServerEvent {
  const who = { connection, protocol: 'rtmp', peer: '192.0.2.1:5000', url: 'rtmp://host/live', query }
  return { type: 'publish.started', stream, ...who }
}

export function publishStopped(stream = 'live/test', connection = 'rtmp-1'): ServerEvent {
  const totals = {
    durationMs: 2500,
    audioFrames: 10,
    videoFrames: 20,
    bytes: 3000,
    audioCodec: 'AAC',
    videoCodec: 'H.264',
  }
  return {
    ...publishStarted(stream, connection),
    type: 'publish.stopped',
    reason: 'Peer closed',
    ...totals,
  } as ServerEvent
}
