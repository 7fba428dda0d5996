import { join } from 'node:path'
import { projectRoot } from '../../scripts/project.mjs'
import { Program, type ProgramOptions } from '../peers/program.ts'

/** `sluice ARGS` in a process of its own. Start it with `await using`. */
export function startSluice(args: readonly string[], options: ProgramOptions = {}): Program {
  return new Program(process.execPath, [join(projectRoot, 'src', 'main.ts'), ...args], options)
}
