import type { EventType } from '../contracts/events.ts'

/** Every type of event, and what go-rtmp calls it, or would call it if it had it. */
export const goRtmpNames: Readonly<Record<EventType, string>> = {
  'connection.opened': 'connection_accept',
  'connection.handshaken': 'handshake_complete',
  'connection.connected': 'connection_connected',
  'connection.closed': 'connection_close',
  'stream.created': 'stream_create',
  'stream.removed': 'stream_delete',
  'publish.started': 'publish_start',
  'publish.stopped': 'publish_stop',
  'publish.refused': 'publish_refused',
  'play.started': 'play_start',
  'play.stopped': 'play_stop',
  'play.refused': 'play_refused',
  'codec.detected': 'codec_detected',
  'subscribers.changed': 'subscriber_count',
  'auth.failed': 'auth_failed',
  'recording.started': 'recording_started',
  'recording.segment': 'recording_segment',
  'recording.stopped': 'recording_stopped',
  'recording.failed': 'recording_failed',
  'recording.track-left-out': 'recording_track_left_out',
  'dvr.started': 'dvr_started',
  'dvr.stopped': 'dvr_stopped',
  'dvr.failed': 'dvr_failed',
  'dvr.back': 'dvr_back',
  'relay.started': 'relay_started',
  'relay.stopped': 'relay_stopped',
  'relay.failed': 'relay_failed',
  'input.switched': 'input_switched',
  'input.failed': 'input_failed',
  'config.reloaded': 'config_reloaded',
  'hook.test': 'hook_test',
}

export const eventTypes = Object.keys(goRtmpNames) as readonly EventType[]

/**
 * The types that `pattern` covers: a type or its name in go-rtmp, with `*` for any text (`publish.*`). None, if the
 * pattern is wrong.
 */
export function typesCovered(pattern: string): readonly EventType[] {
  if (!/^[a-z._*-]+$/.test(pattern)) return []
  const form = new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll(/\*+/g, '.*')}$`)
  return eventTypes.filter(type => form.test(type) || goRtmpNames[type] === pattern)
}
