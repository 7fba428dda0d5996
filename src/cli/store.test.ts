import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { test } from 'vitest'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { FlagError } from '../config/config-errors.ts'
import type { CommandIo } from './command-io.ts'
import { store } from './store.ts'

type Run = { readonly code: number; readonly printed: string }

async function run(...args: readonly string[]): Promise<Run> {
  let printed = ''
  const add = (text: string): void => void (printed += text)
  const console = { isTerminal: false, print: add, printError: add }
  const { signal } = new AbortController()
  const io: CommandIo = { console, stdout: new PassThrough(), signal, clock: new FakeClock() }
  return { code: await store(args, io), printed }
}

test('store copy: all that is kept, or nothing where a part of it is already', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-copy-'))
  const document = { revision: 'r', value: { title: 'A' } }
  const file = { format: 1, collections: { streams: { 'cam/a': document, 'cam/b': document } } }
  await writeFile(join(folder, 'sluice.json'), JSON.stringify(file))
  const [from, to] = [`json:${folder}`, `json:${join(folder, 'other')}`]
  assert.deepEqual(await run('copy', from, to), { code: 0, printed: 'Copied 2 documents\n' })
  const copied = JSON.parse(await readFile(join(folder, 'other', 'sluice.json'), 'utf8'))
  assert.deepEqual(copied.collections.streams['cam/b'].value, { title: 'A' })
  const printed = 'sluice: Cannot change cam/a: it is there already\n'
  assert.deepEqual(await run('copy', from, to), { code: 1, printed })
  await rm(folder, { recursive: true })
})

test('store copy: a wrong command line is said, without anything secret', async () => {
  const wrong: readonly (readonly [readonly string[], RegExp])[] = [
    [['move', 'json:a', 'json:b'], /Unknown action move: there is copy/],
    [['copy', 'json:a'], /it takes copy and FROM and TO, has 2 arguments/],
    [['copy', 'json:a', 'redis://secret'], /Cannot use TO: it must be the URL of a store/],
    [['copy', 'mysql://me:secret@host/', 'json:a'], /Cannot use the URL mysql:\/\/…: it must name a database/],
  ]
  for (const [args, message] of wrong) {
    await assert.rejects(
      run(...args),
      (error: unknown) => error instanceof FlagError && message.test(error.message) && !/secret/.test(error.message),
      args.join(' '),
    )
  }
})

test('store copy: a password in a file is for a server that has a user without one', async () => {
  const { code, printed } = await run('copy', 'json:a', 'json:b', '--to-password-file', '/none')
  assert.deepEqual([code, printed], [1, 'sluice: Cannot use --to-password-file: the store must be a database server\n'])
})
