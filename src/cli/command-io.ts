import type { Writable } from 'node:stream'
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { FlagError } from '../config/config-errors.ts'
import { parseDuration } from '../config/duration.ts'
import type { Clock } from '../contracts/clock.ts'
import { ServerError } from '../core/errors.ts'
import type { Milliseconds } from '../core/units.ts'
import type { Console } from './serve.ts'

/** What a command needs of the program around it. */
export type CommandIo = {
  readonly console: Console
  /** For bytes; text goes to the console. */
  readonly stdout: Writable
  /** Ctrl-C, or the end of the process that reads us: finish what was begun. */
  readonly signal: AbortSignal
  readonly clock: Clock
}

/**
 * Run a command. What goes wrong on the way is one line.
 *
 * @returns the exit code: 0 if all was done, also when the signal ended it, 1 if not.
 * @throws {FlagError} If the command line is wrong.
 */
export async function runCommand(io: CommandIo, run: () => Promise<void>): Promise<number> {
  try {
    await run()
    return 0
  } catch (error) {
    if (io.signal.aborted) return 0
    if (error instanceof FlagError || !isExpected(error)) throw error
    io.console.printError(`sluice: ${error.message}\n`)
    return 1
  }
}

/** Ours, or the system's about a file. */
function isExpected(error: unknown): error is Error {
  return error instanceof ServerError || (error instanceof Error && 'syscall' in error)
}

/** The values and the positional arguments of a command line. @throws {FlagError} */
export function readArguments<Options extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: Options,
  names: readonly string[],
) {
  const parsed = parse(args, options)
  if (parsed.positionals.length !== names.length) {
    const rule = `it takes ${names.join(' and ')}, has ${parsed.positionals.length} arguments`
    throw new FlagError(names[0] ?? '', `Cannot read the command line: ${rule}`)
  }
  return parsed
}

function parse<Options extends NonNullable<ParseArgsConfig['options']>>(args: readonly string[], options: Options) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new FlagError('', `Cannot read the command line: ${error.message}`)
  }
}

/** @throws {FlagError} If it is no duration. */
export function readDuration(flag: string, text: string): Milliseconds {
  const value = parseDuration(text)
  if (value === undefined || value === 0) {
    throw new FlagError(flag, `Cannot use --${flag}: it must be a duration such as 350ms or 20s, is "${text}"`)
  }
  return value
}
