#!/usr/bin/env node
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'
import { findNode } from './find-node.mjs'

// Plain JavaScript for Node 20: it only finds a newer Node and becomes, or starts, the program.
const built = new URL('../dist/main.js', import.meta.url)
const program = existsSync(built) ? built : new URL('../src/main.ts', import.meta.url)

const node = findNodeOrExit()
if (node === process.execPath) await import(program.href)
else runWith(node)

function findNodeOrExit() {
  try {
    return findNode()
  } catch (error) {
    console.error(`sluice: ${error.message}`)
    process.exit(1)
  }
}

/** @param {string} path of a newer Node */
function runWith(path) {
  const child = spawn(path, [fileURLToPath(program), ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', error => {
    console.error(`sluice: Cannot run ${path}: ${error.message}`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
}
