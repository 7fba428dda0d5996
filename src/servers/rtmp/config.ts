import { byteSize } from '../../config/byte-size.ts'
import { choice } from '../../config/choice.ts'
import { duration } from '../../config/duration.ts'
import { defineField, type Field, type FieldOptions, oneText } from '../../config/field.ts'
import { integer } from '../../config/integer.ts'
import { listenAddress } from '../../config/listen-address.ts'
import { type Decoded, defineSection } from '../../config/section.ts'
import { proxyProtocolKey, tlsConfig } from '../../listeners/tls-config.ts'
import { isReconnectTarget, reconnectTargetForm } from '../../protocols/rtmp/reconnect-target.ts'

/** A key that says where peers are sent; `undefined` for nowhere. */
function reconnectUrl(options: FieldOptions<string>): Field<string | undefined> {
  const form = oneText(`${reconnectTargetForm}, or ""`, { type: 'string' }, text => {
    if (text === '') return { value: undefined }
    return isReconnectTarget(text) ? { value: text } : undefined
  })
  return defineField(form, options)
}

/** The `rtmp:` section. Defaults follow SRS where it has the same setting. */
export const rtmpConfig = defineSection('RTMP server', {
  listen: listenAddress({
    effect: 'next',
    default: ':1935',
    description: 'TCP address for publishers and players; "" switches RTMP off',
  }),
  maxMessageSize: byteSize({
    effect: 'next',
    default: '16MiB',
    minimum: '64KiB',
    maximum: '16MiB',
    description: 'Largest message accepted; a larger one ends the connection',
  }),
  maxBufferedSize: byteSize({
    effect: 'next',
    default: '32MiB',
    minimum: '64KiB',
    description: 'Memory that the unfinished messages of one connection may take',
  }),
  maxChunkStreams: integer({
    effect: 'next',
    default: 64,
    minimum: 8,
    maximum: 65_536,
    description: 'Chunk streams that one connection may open',
  }),
  undeclaredPlayers: choice(['auto', 'enhanced', 'legacy'], {
    effect: 'next',
    default: 'auto',
    description:
      'Codecs for players that do not say what they can play: auto = all of Enhanced RTMP for FFmpeg, VLC and mpv, H.264, AAC and MP3 for others; enhanced = all for everybody; legacy = H.264, AAC, MP3, and H.265 by codec id 12',
  }),
  reconnectUrl: reconnectUrl({
    effect: 'now',
    default: '',
    description:
      'Where peers of Enhanced RTMP are sent when the server stops, such as rtmp://other/live or //other/live; "" sends them nowhere',
  }),
  tls: tlsConfig('RTMPS', 1936),
  proxyProtocol: proxyProtocolKey(),
  handshakeTimeout: duration({ effect: 'next', default: '5s', description: 'Time from accept to the connect command' }),
  idleTimeout: duration({
    effect: 'next',
    default: '60s',
    description: 'Time that a connection may neither publish nor play',
  }),
})

export type RtmpConfig = Decoded<typeof rtmpConfig>
