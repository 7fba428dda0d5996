/**
 * `node scripts/launch.mjs [--console] FILE.ts ARGS`: install what is missing (and build the console, where FILE.ts
 * serves it), then run FILE.ts with a Node that reads TypeScript.
 *
 * Plain JavaScript for Node 20, because nothing else is there on a fresh machine.
 */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { runWithNode } from '../bin/run-with-node.mjs'
import { ensureConsole } from './console.mjs'
import { ensureDependencies } from './dependencies.mjs'
import { projectRoot } from './project.mjs'

const needsConsole = process.argv[2] === '--console'
const [name = '', ...args] = process.argv.slice(needsConsole ? 3 : 2)
const file = resolve(projectRoot, name)

if (!existsSync(file)) {
  console.error(`Cannot run ${name}: no such file`)
  process.exit(1)
}
ensureDependencies()
if (needsConsole) ensureConsole()
await runWithNode(file, args)
