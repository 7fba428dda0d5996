import { pace } from '../clients/file/pace.ts'
import { FollowingPublication } from '../clients/rtmp/following-publication.ts'
import type { Milliseconds } from '../core/units.ts'
import type { FlvTag } from '../formats/flv/flv-file-reader.ts'
import { tagTypes } from '../formats/flv/tag-header.ts'
import { LeftOutReport } from '../media/left-out-report.ts'
import { playerProfile } from '../protocols/rtmp/player-profile.ts'
import { type CommandIo, readArguments, runCommand } from './command-io.ts'
import { fileTags } from './file-tags.ts'
import { isSrtUrl } from './srt-connection.ts'
import { publishOverSrt } from './srt-publication.ts'

export const publishUsage = `Usage: sluice publish FILE URL [--loop]

Publish a file to an RTMP server, or as MPEG-TS to an SRT peer, at the pace of its timestamps.

  FILE        FLV, Matroska, WebM, MP4 or MPEG-TS
  URL         rtmp://HOST[:1935]/APP/KEY, rtmps://HOST[:443]/APP/KEY or srt://HOST:PORT?streamid=ID
  --loop      Begin again at the end, in one time that goes on, until Ctrl-C
`

/** Tags of FLV tell the clock of the encoder, which may have begun anew. */
const longestStep: Milliseconds = 10_000

/** `sluice publish`. @throws {FlagError} If the command line is wrong. */
export async function publish(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = readArguments(args, { loop: { type: 'boolean', default: false } }, ['FILE', 'URL'])
  const [file = '', url = ''] = positionals
  return runCommand(io, async () => {
    if (isSrtUrl(url)) return publishOverSrt({ file, url, loops: values.loop }, io)
    await using publication = new FollowingPublication()
    await publication.open(url)
    const stop = (): void => void publication.close()
    io.signal.addEventListener('abort', stop)
    const profile = playerProfile({ enhanced: publication.capabilities, flashVer: '' }, 'enhanced')
    const report = new LeftOutReport(said => io.console.printError(`sluice: ${said}\n`))
    const tags = fileTags(file, { profile, loops: values.loop, onLeftOut: track => report.add(track) })
    const { clock, signal } = io
    for await (const group of pace(tags, { timeOf, longestStep, clock, signal })) await publication.write(group)
  })
}

/** Script data goes with what is before it. */
function timeOf({ type, timestamp }: FlvTag): Milliseconds | undefined {
  return type === tagTypes.script ? undefined : timestamp
}
