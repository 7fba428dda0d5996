import assert from 'node:assert/strict'
import { test } from 'vitest'
import { FlagError } from '../config/config-errors.ts'
import { parseCommandLine } from './command-line.ts'

for (const [argv, expected] of [
  [[], { command: 'serve', flags: [] }],
  [['serve'], { command: 'serve', flags: [] }],
  [['--record-all'], { command: 'serve', flags: ['--record-all'] }],
  [['serve', '--record-dir', 'x'], { command: 'serve', flags: ['--record-dir', 'x'] }],
  [['help'], { command: 'help', about: undefined }],
  [['--help'], { command: 'help', about: undefined }],
  [['-h'], { command: 'help', about: undefined }],
  [['serve', '--record-all', '--help'], { command: 'help', about: undefined }],
  [['help', 'publish'], { command: 'help', about: 'publish' }],
  [['help', 'serve'], { command: 'help', about: undefined }],
  [['store', 'copy', 'a', 'b'], { command: 'store', args: ['copy', 'a', 'b'] }],
  [['probe', '--help'], { command: 'help', about: 'probe' }],
  [['play', 'URL', '-o', 'x'], { command: 'play', args: ['URL', '-o', 'x'] }],
  [['version'], { command: 'version' }],
  [['--version'], { command: 'version' }],
  [['-v'], { command: 'version' }],
  [['-version'], { command: 'version' }],
  [['-help'], { command: 'help', about: undefined }],
  [['-listen', ':1935'], { command: 'serve', flags: ['-listen', ':1935'] }],
] as const) {
  test(`command line: "sluice ${argv.join(' ')}" is ${expected.command}`, () => {
    assert.deepEqual(parseCommandLine(argv), expected)
  })
}

test('command line: an unknown command names the nearest', () => {
  assert.throws(() => parseCommandLine(['sevre']), new FlagError('sevre', 'Unknown command sevre: did you mean serve?'))
  assert.throws(() => parseCommandLine(['frobnicate']), {
    message: 'Unknown command frobnicate: there are serve, publish, play, probe, store, help, version',
  })
})
