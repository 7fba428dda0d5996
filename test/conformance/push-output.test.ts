import assert from 'node:assert/strict'
import { RtmpOutput } from '../../src/relay/push/rtmp/rtmp-output.ts'
import { UdpOutput } from '../../src/relay/push/udp-ts/udp-output.ts'
import { DatagramRecorder } from '../support/datagram-recorder.ts'
import { SessionServer } from '../support/rtmp-session-server.ts'
import { describePushOutput, type PushOutputHarness } from './push-output.ts'

describePushOutput('RTMP', {
  openReceiver: async () => {
    const server = await SessionServer.listen()
    return {
      url: server.url,
      has: marker =>
        server.connections.some(({ media }) =>
          media.some(({ payload }) => Buffer.from(payload).includes(Buffer.from(marker))),
        ),
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    }
  },
  createOutput: (url, { context }) => {
    assert.ok(url.protocol === 'rtmp')
    return new RtmpOutput(url, context)
  },
  deadUrl: 'rtmp://127.0.0.1:1/live/key',
})

/** MPEG-TS in datagrams, with what stands behind the port of the URL. */
function overUdp(parameters: string, scheme = 'udp'): PushOutputHarness {
  return {
    openReceiver: async () => {
      const recorder = await DatagramRecorder.open()
      return {
        url: `${scheme}://127.0.0.1:${recorder.port}${parameters}`,
        has: marker => recorder.datagrams.some(datagram => datagram.includes(Buffer.from(marker))),
        [Symbol.asyncDispose]: () => recorder[Symbol.asyncDispose](),
      }
    },
    createOutput: (url, { clock }) => {
      assert.ok(url.protocol === 'udp-ts')
      return new UdpOutput(url, clock)
    },
    // An address that is for documents is none of this machine's.
    deadUrl: 'udp://127.0.0.1:5000?interface=192.0.2.1',
  }
}

describePushOutput('MPEG-TS over UDP', overUdp(''))
describePushOutput('MPEG-TS over UDP at a constant rate', overUdp('?bitrate=2M'))
describePushOutput('MPEG-TS over RTP', overUdp('', 'rtp'))
