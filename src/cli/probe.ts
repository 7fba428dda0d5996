import { connect } from '../clients/rtmp/library.ts'
import { ConnectionError } from '../core/errors.ts'
import type { Milliseconds } from '../core/units.ts'
import { BytesToFrames } from '../protocols/bytes-to-frames.ts'
import { type CommandIo, readArguments, readDuration, runCommand } from './command-io.ts'
import { formatProbeReport } from './probe-report.ts'
import { isSrtUrl } from './srt-connection.ts'
import { playSrt } from './srt-playback.ts'
import { StreamProbe } from './stream-probe.ts'

export const probeUsage = `Usage: sluice probe URL [--duration TIME] [--json]

Play a stream from an RTMP server or an SRT peer for a while and say what it carries and how it arrives.

  URL               rtmp://HOST[:1935]/APP/KEY, rtmps://HOST[:443]/APP/KEY or srt://HOST:PORT?streamid=ID
  --duration TIME   How long to listen (default 5s)
  --json            One JSON object instead of text
`

const options = { duration: { type: 'string', default: '5s' }, json: { type: 'boolean', default: false } } as const

/** `sluice probe`. @throws {FlagError} If the command line is wrong. */
export async function probe(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = readArguments(args, options, ['URL'])
  const [url = ''] = positionals
  const duration = readDuration('duration', values.duration)
  return runCommand(io, async () => {
    const stream = new StreamProbe()
    if (isSrtUrl(url)) await listenOverSrt(url, duration, stream, io)
    else await listen(url, duration, stream, io)
    const report = stream.report()
    if (report.tracks.length === 0)
      throw new ConnectionError(`Cannot probe the stream: no media came in ${values.duration}`)
    io.console.print(values.json ? `${JSON.stringify(report)}\n` : formatProbeReport(report))
  })
}

async function listen(url: string, duration: Milliseconds, stream: StreamProbe, { signal }: CommandIo): Promise<void> {
  await using connection = await connect(url, { signal })
  const tags = await connection.play()
  const timer = setTimeout(() => void tags.return?.(), duration)
  try {
    for await (const tag of tags) stream.add(tag, performance.now())
  } finally {
    clearTimeout(timer)
  }
}

async function listenOverSrt(url: string, duration: Milliseconds, stream: StreamProbe, io: CommandIo): Promise<void> {
  const frames = new BytesToFrames({
    settings: { timestamps: 'repair', interleaveWindow: 0 },
    openTarget: () => ({
      continuesFrom: undefined,
      encoder: undefined,
      announcesPictures: false,
      declare: () => undefined,
      write: frame => stream.addFrame(frame, io.clock.now()),
    }),
    onLeftOut: sentence => io.console.printError(`${sentence}\n`),
  })
  for await (const payload of playSrt(url, duration, io)) frames.write(payload)
  frames.flush()
}
