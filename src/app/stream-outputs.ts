import { boolean } from '../config/boolean.ts'
import { defineSection, withNotYet } from '../config/section.ts'

const over = (description: string) => boolean({ default: true, description })

/** Over what a stream may be played. A key is the name of what `outputOf` finds. */
export const outputsConfig = withNotYet(
  defineSection('Over what it may be played; what is left out may be', {
    hls: over('HLS, also of what is kept'),
    dash: over('DASH, also of what is kept'),
    rtmp: over('RTMP and RTMPS'),
    srt: over('SRT'),
    flv: over('FLV over HTTP and WebSocket'),
    ts: over('MPEG-TS over HTTP and WebSocket'),
    mp4: over('Fragmented MP4 over HTTP and WebSocket, and clips'),
    sound: over('AAC and MP3 over HTTP and WebSocket'),
  }),
  'rtsp',
  'webrtc',
)

export type Output = keyof typeof outputsConfig.properties

const outputs: Readonly<Record<string, Output>> = {
  ...{ hls: 'hls', dash: 'dash', rtmp: 'rtmp', rtmps: 'rtmp', srt: 'srt' },
  ...{ flv: 'flv', ts: 'ts', mp4: 'mp4', clip: 'mp4', aac: 'sound', mp3: 'sound' },
}

/** Which output a player of that protocol uses: `http-flv` and `ws-flv` are `flv`. */
export function outputOf(protocol: string): Output | undefined {
  return outputs[protocol.replace(/^(?:http|ws)-/, '')]
}
