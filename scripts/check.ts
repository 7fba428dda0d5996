/** `npm run check`: all that can be said about the sources without running them. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from './project.mjs'
import { runStep } from './step.mjs'

const configReference = 'scripts/generate-config-reference.ts'

check('Format', 'node_modules/@biomejs/biome/bin/biome', 'check')
check('Lint', 'node_modules/oxlint/bin/oxlint', '--type-aware')
check('Types', 'node_modules/typescript/bin/tsc', '-p', 'tsconfig.json')
check('Types of the console', 'node_modules/typescript/bin/tsc', '--noEmit', '-p', 'console/tsconfig.json')
if (existsSync(join(projectRoot, configReference))) check('Configuration reference', configReference, '--check')

function check(title: string, script: string, ...args: string[]): void {
  if (!runStep(title, process.execPath, [script, ...args])) process.exitCode = 1
}
