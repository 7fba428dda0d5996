import assert from 'node:assert/strict'
import { test } from 'vitest'
import { measureTree, parseMachineCpu, parseResidentBytes, parseScheduledNs, parseStat } from './process-usage.ts'

test('process stat: the command may hold spaces and parentheses', () => {
  const text = '4242 (a (b) c) S 17 4242 4242 0 -1 4194560 900 0 0 0 1234 66 0 0 20 0 7 0 100 200 300\n'
  assert.deepEqual(parseStat(text), { parent: 17, cpuTicks: 1300 })
})

test('process stat: cut short is a RangeError', () => {
  assert.throws(() => parseStat('4242 (node) S 17 4242'), RangeError)
})

test('process status: resident memory is in bytes', () => {
  assert.equal(parseResidentBytes('VmPeak:\t  9999 kB\nVmRSS:\t   2048 kB\nRssAnon:\t 1 kB\n'), 2_097_152)
  assert.equal(parseResidentBytes('Name:\tkthreadd\n'), 0)
})

test('schedstat: the first number is the time on a core', () => {
  assert.equal(parseScheduledNs('208744090 12893233 509\n'), 208_744_090)
})

test('machine stat: idle and waiting for disk are not busy', () => {
  const text = 'cpu  100 20 30 1000 50 0 7 3 0 0\ncpu0 1 2 3 4 5 6 7 8 9 10\n'
  assert.deepEqual(parseMachineCpu(text), { busySeconds: 1.6, totalSeconds: 12.1 })
})

test('process tree: this very process uses memory and CPU', () => {
  const usage = measureTree(process.pid)
  assert.ok(usage.residentBytes > 10e6)
  assert.ok(usage.cpuSeconds > 0)
})
