import { join } from 'node:path'
import type { Release } from './suite.ts'

/** A program that nobody here wrote, against which tests run. */
export type Peer = {
  readonly name: PeerName
  /** Debian packages that bring it, and where it lies in them: `*` stands for a version. */
  readonly packages: readonly string[]
  /** The first release of Debian whose packages are new enough. */
  readonly since: Release
  readonly path: string
  /** Names under which a host may have it already. */
  readonly hostNames: readonly string[]
  /** It starts itself again through /proc/self/exe, so it cannot run as an argument of the dynamic loader. */
  readonly startsItself: boolean
  /** The flag that names the folder below the packages that the program takes for its own, where one is compiled in. */
  readonly prefix?: { readonly flag: string; readonly folder: string }
  /** Arguments, and the test of what they print, that show it is good enough. */
  readonly proof: { readonly args: readonly string[]; readonly holds: (output: string) => boolean }
}

export type PeerName =
  | 'ffmpeg'
  | 'ffmpeg-9'
  | 'ffprobe'
  | 'gst-inspect-1.0'
  | 'gst-launch-1.0'
  | 'rtmpdump'
  | 'chromium'
  | 'nginx'
  | 'haproxy'
  | 'srt-live-transmit'
  | 'tsreport'
  | 'nats-server'
  | 'kcat'
  | 'initdb'
  | 'postgres'
  | 'mariadbd'
  | 'python3'

/** From 6.1 on, FFmpeg writes and reads HEVC and AV1 in FLV and RTMP. */
const oldestFfmpeg = 6.1
/** From 8.0 on, it knows Opus, FLAC, AC-3 and several tracks there. */
const multitrackFfmpeg = 8
/** The libsrt that FFmpeg 7.1 and GStreamer of Debian have, too: what is measured beside them has one version. */
const oldestSrt = /^SRT Library version: 1\.(?:5\.(?:[4-9]|\d\d)|[6-9]|\d\d)/m

export const peers: readonly Peer[] = [
  onPath('ffmpeg', ['ffmpeg'], ['-version'], out => isFfmpeg(out) && out.includes('--enable-libx264')),
  {
    ...onPath('ffmpeg', ['ffmpeg'], ['-version'], out => versionOf(out) >= multitrackFfmpeg),
    ...{ name: 'ffmpeg-9', since: 'forky' },
  },
  onPath('ffprobe', ['ffmpeg'], ['-version'], isFfmpeg),
  onPath('rtmpdump', ['rtmpdump'], ['--help'], out => out.includes('RTMPDump v2')),
  onPath('gst-inspect-1.0', gstreamer(), [], out => /rtmp2: +rtmp2sink:/.test(out) && /srt: +srtsink:/.test(out)),
  onPath('gst-launch-1.0', gstreamer(), encodeOnePicture(), out => !/erroneous|no element|ERROR/.test(out)),
  {
    name: 'chromium',
    packages: ['chromium-headless-shell', 'fonts-dejavu-core', 'patchelf'],
    since: 'trixie',
    path: 'usr/lib/chromium/chromium-headless-shell',
    hostNames: ['chromium', 'google-chrome'],
    startsItself: true,
    proof: {
      args: ['--headless', '--no-sandbox', '--disable-gpu', '--dump-dom', 'data:text/html,<p>ready</p>'],
      holds: out => out.includes('<p>ready</p>'),
    },
  },
  {
    name: 'nginx',
    packages: ['nginx', 'libnginx-mod-rtmp'],
    since: 'trixie',
    path: 'usr/sbin/nginx',
    hostNames: ['nginx'],
    startsItself: false,
    prefix: { flag: '-p', folder: 'usr/lib/nginx/' },
    proof: {
      args: ['-t', '-e', 'stderr', '-c', join(import.meta.dirname, 'nginx-proof.conf')],
      holds: out => out.includes('syntax is ok'),
    },
  },
  {
    ...onPath('haproxy', ['haproxy'], ['-v'], out => out.includes('HAProxy version')),
    path: 'usr/sbin/haproxy',
  },
  onPath('srt-live-transmit', ['srt-tools'], ['-version'], out => oldestSrt.test(out)),
  {
    ...onPath('nats-server', ['nats-server'], ['--version'], out => out.includes('nats-server: v2')),
    path: 'usr/sbin/nats-server',
  },
  onPath('kcat', ['kcat'], ['-V'], out => out.includes('Apache Kafka')),
  onPath('tsreport', ['tstools'], ['-h'], out => out.includes('TS tools version')),
  postgresql('initdb'),
  postgresql('postgres'),
  {
    ...onPath('mariadbd', ['mariadb-server-core'], ['--no-defaults', '--version'], out => /-MariaDB/.test(out)),
    ...{ path: 'usr/sbin/mariadbd', since: 'bookworm', prefix: { flag: '--basedir=', folder: 'usr' } },
  },
  onPath(
    'python3',
    ['python3-m3u8', 'python3-mpegdash'],
    ['-c', 'import m3u8, mpegdash.parser; print("has both")'],
    out => out.includes('has both'),
  ),
]

/** Both start each other, so each finds its own loader. */
function postgresql(name: 'initdb' | 'postgres'): Peer {
  return {
    ...onPath(name, ['postgresql', 'patchelf'], ['--version'], out => out.includes('(PostgreSQL)')),
    ...{ path: `usr/lib/postgresql/*/bin/${name}`, since: 'bookworm', startsItself: true },
  }
}

function onPath(
  name: PeerName,
  packages: readonly string[],
  args: readonly string[],
  holds: (output: string) => boolean,
): Peer {
  const since = 'trixie'
  return {
    name,
    packages,
    since,
    path: `usr/bin/${name}`,
    hostNames: [name],
    startsItself: false,
    proof: { args, holds },
  }
}

function isFfmpeg(output: string): boolean {
  return versionOf(output) >= oldestFfmpeg
}

function versionOf(output: string): number {
  return Number(/version n?(\d+\.\d+)/.exec(output)?.[1] ?? 0)
}

/** The element sets with flvmux (good), rtmp2sink, srtsink and voaacenc (bad) and x264enc (ugly); TLS for rtmp2sink. */
function gstreamer(): readonly string[] {
  const sets = ['tools', 'plugins-base', 'plugins-good', 'plugins-bad', 'plugins-ugly']
  return [...sets.map(set => `gstreamer1.0-${set}`), 'glib-networking']
}

function encodeOnePicture(): readonly string[] {
  const video = 'videotestsrc num-buffers=1 ! x264enc ! h264parse ! flvmux name=mux ! fakesink'
  return `-q ${video} audiotestsrc num-buffers=1 ! voaacenc ! mux.`.split(' ')
}
