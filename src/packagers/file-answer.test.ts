import assert from 'node:assert/strict'
import { test } from 'vitest'
import { FileAnswers } from './file-answer.ts'
import type { SegmentFile } from './file-name.ts'

test('file answers: one for all who ask for the same bytes, and another for others of the same name', () => {
  const answers = new FileAnswers()
  const file: SegmentFile = { type: 'part', rendition: 'video', number: 7, part: 1 }
  const bytes = Uint8Array.of(1, 2, 3)
  const answer = answers.of(file, bytes)
  assert.equal(answers.of(file, bytes), answer)
  assert.equal(answer.isShared, true)
  assert.equal(answer.body, bytes)
  // A part is a view of its segment once that is complete.
  const again = bytes.slice()
  assert.equal(answers.of(file, again).body, again)
})
