/**
 * `node scripts/launch.mjs [--console] FILE.ts ARGS`: install what is missing (and build the console, where FILE.ts
 * serves it), then run FILE.ts with a Node that reads TypeScript.
 *
 * Plain JavaScript for Node 20, because nothing else is there on a fresh machine.
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { constants } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { findNode } from '../bin/find-node.mjs'
import { ensureConsole } from './console.mjs'
import { ensureDependencies } from './dependencies.mjs'
import { projectRoot } from './project.mjs'

const needsConsole = process.argv[2] === '--console'
const [name = '', ...args] = process.argv.slice(needsConsole ? 3 : 2)
const file = resolve(projectRoot, name)
const compileCache = join(projectRoot, '.cache', 'compiled')

if (!existsSync(file)) {
  console.error(`Cannot run ${name}: no such file`)
  process.exit(1)
}
ensureDependencies()
if (needsConsole) ensureConsole()

const node = findNode()
if (node === process.execPath) await runHere()
else runWith(node)

/** This Node will do: become the program, so that it gets every signal itself and its exit code is ours. */
async function runHere() {
  nodeModule.enableCompileCache(compileCache)
  process.argv = [process.execPath, file, ...args]
  await import(pathToFileURL(file).href)
}

/** @param {string} path of a newer Node */
function runWith(path) {
  const child = spawn(path, [file, ...args], {
    stdio: 'inherit',
    env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
  })
  // A terminal sends SIGINT to the child as well: then it must not get a second one from here.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  process.on('SIGHUP', () => child.kill('SIGHUP'))
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (signal === null ? 0 : constants.signals[signal])))
}
