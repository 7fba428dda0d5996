import { FollowingPublication } from '../clients/rtmp/following-publication.ts'
import type { FlvTag } from '../formats/flv/flv-file-reader.ts'
import { playerProfile } from '../protocols/rtmp/player-profile.ts'
import { type CommandIo, readArguments, runCommand } from './command-io.ts'
import { detectContainer, readTags } from './media-file.ts'
import { pace } from './pace.ts'
import { repeatTags } from './repeat-tags.ts'

export const publishUsage = `Usage: sluice publish FILE URL [--loop]

Publish a file to an RTMP server, at the pace of its timestamps.

  FILE        FLV, Matroska, WebM, MP4 or MPEG-TS
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
    const container = await detectContainer(file)
    const profile = playerProfile({ enhanced: publication.capabilities, flashVer: '' }, 'enhanced')
    const remark = onceEach(text => io.console.printError(`sluice: ${text}\n`))
    const read = (): AsyncGenerator<FlvTag> => readTags(file, container, profile, remark)
    const tags = values.loop ? repeatTags(read) : read()
    for await (const group of pace(tags, io.signal)) await publication.write(group)
  })
}

/** Says the same thing once. */
function onceEach(say: (text: string) => void): (text: string) => void {
  const said = new Set<string>()
  return text => {
    if (said.has(text)) return
    said.add(text)
    say(text)
  }
}
