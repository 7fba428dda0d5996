import assert from 'node:assert/strict'
import { test } from 'vitest'
import { mpegtsWorks } from './mpegts.ts'
import { formatThroughput } from './throughput.ts'

test('mpegts bench: each work passes the whole clip, and no frame is lost', () => {
  const sizes = mpegtsWorks().map(({ run }) => run())
  // 20 s of 5 Mbit/s, and what packets, tables and stuffing add to it.
  for (const size of sizes) assert.ok(size > 12.5e6 && size < 13.5e6, `${size}`)
  assert.equal(new Set(sizes).size, 1)
})

test('throughput: is told with its ratio to the baseline of the same name', () => {
  const baseline = {
    savedOn: '2026-11-21',
    machine: { cores: 1, cpuModel: 'none', node: 'v24' },
    result: [{ name: 'mux', mbPerSecond: 1000 }],
  }
  const text = formatThroughput(
    [
      { name: 'mux', mbPerSecond: 1500 },
      { name: 'demux', mbPerSecond: 700 },
    ],
    baseline,
  )
  assert.match(text, /^mux +1500 MB\/s {2}1\.50 of the baseline\ndemux +700 MB\/s\n! .* another machine$/)
})
