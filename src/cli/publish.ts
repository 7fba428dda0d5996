import { FollowingPublication } from '../clients/rtmp/following-publication.ts'
import { type CommandIo, readArguments, runCommand } from './command-io.ts'
import { loopFlvFile, readFlvFile } from './flv-file.ts'
import { pace } from './pace.ts'

export const publishUsage = `Usage: sluice publish FILE URL [--loop]

Publish an FLV file to an RTMP server, at the pace of its timestamps.

  FILE        FLV file; "ffmpeg -i INPUT -c copy -f flv FILE" makes one
  URL         rtmp://HOST[:1935]/APP/KEY or rtmps://HOST[:443]/APP/KEY
  --loop      Begin again at the end, in one time that goes on, until Ctrl-C
`

/** `sluice publish`. @throws {FlagError} If the command line is wrong. */
export async function publish(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = readArguments(args, { loop: { type: 'boolean', default: false } }, ['FILE', 'URL'])
  const [file = '', url = ''] = positionals
  return runCommand(io, async () => {
    await using publication = new FollowingPublication()
    await publication.open(url)
    const stop = (): void => void publication.close()
    io.signal.addEventListener('abort', stop)
    const tags = values.loop ? loopFlvFile(file) : readFlvFile(file)
    for await (const group of pace(tags, io.signal)) await publication.write(group)
  })
}
