#!/usr/bin/env node
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { runWithNode } from './run-with-node.mjs'

// Plain JavaScript for Node 20, which is enough to find the newer Node that runs the program.
const built = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const source = fileURLToPath(new URL('../src/main.ts', import.meta.url))

await runWithNode(existsSync(built) ? built : source, process.argv.slice(2))
