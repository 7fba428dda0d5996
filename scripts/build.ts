/** `npm run build`: JavaScript and declarations of src/ into dist/, for the package; the launcher built the console. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from './project.mjs'
import { runStepOrExit } from './step.mjs'

rmSync(join(projectRoot, 'dist'), { recursive: true, force: true })
runStepOrExit('Compiling src/', process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'])
