import assert from 'node:assert/strict'
import { test } from 'vitest'
import { encoderName } from './encoder-name.ts'

test('encoder name: OBS and FFmpeg are called by the names of the programs', () => {
  assert.equal(encoderName('obs-output module (libobs version 30.1.2)'), 'OBS 30.1.2')
  assert.equal(encoderName('Lavf59.27.100'), 'FFmpeg (Lavf\u00a059.27.100)')
})

test('encoder name: everyone else is called as he calls himself', () => {
  assert.equal(encoderName('Wirecast/FM 1.0'), 'Wirecast/FM 1.0')
})
