import { fromGoDuration } from './go-duration.ts'

/** What one flag of go-rtmp says in our keys. */
export type GoRtmpFlag = {
  /** The key that has its value. */
  readonly key: string
  /** The value in our words. */
  readonly value?: (text: string) => string
  /** Keys that mean the same as go-rtmp only together with it. */
  readonly with?: Readonly<Record<string, string>>
}

/** Flags of go-rtmp v0.4.0 that are one key each. Those of hooks make entries and stand in `hook-flags.ts`. */
export const goRtmpFlags: Readonly<Record<string, GoRtmpFlag>> = {
  listen: { key: 'rtmp.listen' },
  'log-level': { key: 'log.level' },
  'record-all': { key: 'record.all' },
  'record-dir': { key: 'record.dir' },
  'segment-duration': { key: 'record.segment.duration', value: fromGoDuration },
  'segment-pattern': { key: 'record.segment.pattern' },
  'chunk-size': { key: 'play.chunkSize' },
  'relay-to': { key: 'relay.to' },
  'tls-listen': { key: 'rtmp.tls.listen' },
  'tls-cert': { key: 'rtmp.tls.cert' },
  'tls-key': { key: 'rtmp.tls.key' },
  'metrics-addr': { key: 'http.listen' },
  'auth-mode': { key: 'auth.mode' },
  'auth-token': { key: 'auth.token' },
  'auth-file': { key: 'auth.file' },
  'auth-callback': { key: 'auth.callback.url', with: { 'auth.callback.format': 'go-rtmp' } },
  'auth-callback-timeout': { key: 'auth.callback.timeout', value: fromGoDuration },
  'reconnect-url': { key: 'rtmp.reconnectUrl' },
  'srt-listen': { key: 'srt.listen' },
  'srt-latency': { key: 'srt.latency', value: text => `${text}ms` },
  'srt-passphrase': { key: 'srt.passphrase' },
  'srt-pbkeylen': { key: 'srt.keyLength', value: text => (text === '0' ? '16' : text) },
  'srt-passphrase-file': { key: 'srt.passphraseFile' },
}
