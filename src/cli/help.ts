import { type ConfigKey, groupsOf } from '../config/config-key.ts'
import { writtenDefault } from '../config/field.ts'
import { configFileKey } from '../config/load-config.ts'
import type { Section } from '../config/section.ts'

/** What `sluice --help` prints: the commands, and every flag of the schema with its default and its variable. */
export function formatHelp(schema: Section, version: string): string {
  const groups = groupsOf(schema)
  const width = Math.max(...groups.flatMap(group => group.keys.map(key => key.flag.length))) + 2
  const flags = groups.map(({ description, keys }) => {
    return `${description}:\n${keys.map(key => formatKey(key, width)).join('')}`
  })
  return `${introduction(version, width)}\n${flags.join('\n')}`
}

function introduction(version: string, width: number): string {
  return `Sluice ${version}, a live media server

Usage:
  sluice [serve] [FLAGS]     Start the server
  sluice publish FILE URL    Publish an FLV file to an RTMP server
  sluice play URL            Play a stream from an RTMP server and write it as FLV
  sluice probe URL           Say what a stream carries and how it arrives
  sluice store copy FROM TO  Copy what is managed through the API into another store
  sluice help [COMMAND]      Show this text, or that of publish, play, probe or store
  sluice version             Show the version

Every flag is also a key of sluice.yaml (--rtmp-listen is rtmp.listen) and an environment variable. A flag beats the
variable, which beats the file. Switches are given as --record-all or --no-record-all, lists by repeating the flag.

General:
${formatKey(configFileKey, width)}${row('--help, -h', 'Show this text', width)}${row('--version, -v', 'Show the version', width)}`
}

/** Two lines: what the key means, then its default and its variable. */
function formatKey({ flag, field, variable }: ConfigKey, width: number): string {
  const fallback = [writtenDefault(field.default)].flat().join(',')
  const facts = `${fallback === '' ? '' : `default ${fallback}, `}${variable}`
  return row(flag, field.description, width) + row('', facts, width)
}

function row(name: string, text: string, width: number): string {
  return `  ${name.padEnd(width)}${text}\n`
}
