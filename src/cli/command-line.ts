import { FlagError, hint } from '../config/config-errors.ts'

/** What the command line asks for. The flags of `serve` are read later, against the schema. */
export type CommandLine =
  | { readonly command: 'serve'; readonly flags: readonly string[] }
  | { readonly command: 'help' }
  | { readonly command: 'version' }

const commands = ['serve', 'help', 'version'] as const

/**
 * Find the command: the first argument if it is a word, `--help` and `--version` wherever they stand, else `serve`.
 *
 * @throws {FlagError} If there is no such command.
 */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  const [first = ''] = argv
  const isNamed = first !== '' && !first.startsWith('-')
  const flags = isNamed ? argv.slice(1) : argv
  const command = isNamed ? commands.find(name => name === first) : 'serve'
  if (command === undefined) {
    throw new FlagError(first, `Unknown command ${first}${hint(first, commands, `there are ${commands.join(', ')}`)}`)
  }
  if (command === 'help' || flags.includes('--help') || flags.includes('-h')) return { command: 'help' }
  if (command === 'version' || flags.includes('--version') || flags.includes('-v')) return { command: 'version' }
  return { command, flags }
}
