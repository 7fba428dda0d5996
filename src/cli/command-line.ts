import { FlagError, hint } from '../config/config-errors.ts'

/** Commands with arguments of their own; the modules of their names read them. */
const toolNames = ['publish', 'play', 'probe', 'store'] as const

export type ToolName = (typeof toolNames)[number]

/** What the command line asks for. The flags of `serve` are read later, against the schema. */
export type CommandLine =
  | { readonly command: 'serve'; readonly flags: readonly string[] }
  | { readonly command: ToolName; readonly args: readonly string[] }
  | { readonly command: 'help'; readonly about: ToolName | undefined }
  | { readonly command: 'version' }

const commands = ['serve', ...toolNames, 'help', 'version'] as const

/**
 * Find the command: the first argument if it is a word, `--help` and `--version` wherever they stand, else `serve`.
 *
 * @throws {FlagError} If there is no such command.
 */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  const [first = ''] = argv
  const isNamed = first !== '' && !first.startsWith('-')
  const flags = isNamed ? argv.slice(1) : argv
  const command = isNamed ? findCommand(first) : 'serve'
  const tool = toolNames.find(name => name === command)
  if (command === 'help') return { command, about: toolNames.find(name => name === findCommand(flags[0] ?? 'help')) }
  if (isGiven(flags, '--help', '-help', '-h')) return { command: 'help', about: tool }
  if (tool !== undefined) return { command: tool, args: flags }
  if (command === 'version' || isGiven(flags, '--version', '-version', '-v')) return { command: 'version' }
  return { command: 'serve', flags }
}

function isGiven(flags: readonly string[], ...names: readonly string[]): boolean {
  return names.some(name => flags.includes(name))
}

function findCommand(word: string): (typeof commands)[number] {
  const command = commands.find(name => name === word)
  if (command !== undefined) return command
  throw new FlagError(word, `Unknown command ${word}${hint(word, commands, `there are ${commands.join(', ')}`)}`)
}
