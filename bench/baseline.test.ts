import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'vitest'
import { baselineName, isSameMachine, loadBaseline, machineFacts, saveBaseline } from './baseline.ts'
import type { RunResult } from './result.ts'

const result = { scenario: 'fan-out-50', protocol: 'rtmp', server: 'relay {rtmp}' } as RunResult

test('baseline: its file is named for scenario, protocol and server', () => {
  assert.equal(baselineName(result), 'fan-out-50.rtmp.relay_rtmp_.json')
})

test('baseline: what is saved is found again, with the facts of the machine', () => {
  const folder = mkdtempSync(join(tmpdir(), 'baseline-test-'))
  try {
    assert.equal(loadBaseline(baselineName(result), folder), undefined)
    saveBaseline(baselineName(result), result, folder)
    const found = loadBaseline(baselineName(result), folder)
    assert.deepEqual(found?.result, result)
    assert.deepEqual(found?.machine, machineFacts())
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('baseline: another number of cores is another machine', () => {
  const facts = machineFacts()
  assert.equal(isSameMachine(facts, { ...facts, node: 'v0.0.0' }), true)
  assert.equal(isSameMachine(facts, { ...facts, cores: facts.cores + 1 }), false)
})
