#!/usr/bin/env node
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { runWithNode } from './run-with-node.mjs'

// Plain JavaScript for Node 20, which is enough to find the newer Node that runs the program.
const source = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const built = fileURLToPath(new URL('../dist/main.js', import.meta.url))

// The package holds no sources; a checkout runs them, not what was built of them some time ago.
await runWithNode(existsSync(source) ? source : built, process.argv.slice(2))
