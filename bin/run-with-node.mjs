import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { pathToFileURL } from 'node:url'
import { findNode } from './find-node.mjs'
import { nodeFlags, nodeVariables } from './node-flags.mjs'

/**
 * Run the program `file` with a Node that is new enough, and end with its exit code.
 *
 * If this very Node is, and runs with our flags, it becomes the program; else the program is a child that gets every
 * signal sent to us.
 *
 * @param {string} file
 * @param {readonly string[]} args
 */
export async function runWithNode(file, args) {
  const node = findNodeOrExit()
  const hasFlags = nodeFlags.every(flag => process.execArgv.includes(flag))
  if (node !== process.execPath || !hasFlags) return runChild(node, [...nodeFlags, file, ...args])
  process.argv = [node, file, ...args]
  await import(pathToFileURL(file).href)
}

function findNodeOrExit() {
  try {
    return findNode()
  } catch (error) {
    return exitWith(error)
  }
}

/**
 * @param {string} node
 * @param {readonly string[]} args
 */
function runChild(node, args) {
  const child = spawn(node, args, { env: nodeVariables(process.env), stdio: 'inherit' })
  // A terminal sends SIGINT to the child as well: then it must not get a second one from here.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  process.on('SIGHUP', () => child.kill('SIGHUP'))
  child.on('error', exitWith)
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (signal === null ? 0 : constants.signals[signal])))
}

/**
 * @param {unknown} error
 * @returns {never}
 */
function exitWith(error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}
