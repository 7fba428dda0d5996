import assert from 'node:assert/strict'
import { test } from 'vitest'
import type { ArchivedSegment } from '../../../contracts/segments.ts'
import { planObject } from './object-plan.ts'
import { pieceOf, type StoredObject, StoredObjects } from './stored-object.ts'

/** Segments of ten seconds, from the Unix epoch on. */
function segment(number: number, rendition = 'video', period = 0): ArchivedSegment {
  const times = { timescale: 1, time: 10 * number, duration: 10 }
  return {
    ...times,
    number,
    rendition,
    period,
    position: number,
    discontinuity: 0,
    frames: 250,
    isIndependent: true,
    size: 100 + number,
  }
}

const pictures = (from: number, to: number, period = 0): ArchivedSegment[] =>
  Array.from({ length: to - from }, (_, i) => segment(from + i, 'video', period))

const plan = (segments: readonly ArchivedSegment[], stored: readonly StoredObject[] = [], isComplete = false) => {
  const options = { objectDuration: 60_000, isComplete }
  const planned = planObject(segments, new StoredObjects(stored), options)
  return planned?.map(({ rendition, number }) => `${rendition} ${number}`).join(', ')
}

const sounds = (from: number, to: number): ArchivedSegment[] =>
  pictures(from, to).map(({ number }) => segment(number, 'audio'))

const objectOf = (first: number, last: number, rendition = 'video'): StoredObject => ({
  ...{ rendition, first, last, headSize: 1000 },
})

test('object plan: nothing before the span is over', () => {
  assert.equal(plan([]), undefined)
  assert.equal(plan(pictures(0, 6)), undefined)
})

test('object plan: the span once another begins, whenever it is asked', () => {
  const first = 'video 0, video 1, video 2, video 3, video 4, video 5'
  assert.equal(plan(pictures(0, 7)), first)
  assert.equal(plan(pictures(0, 30)), first)
  assert.equal(plan(pictures(0, 9), [objectOf(0, 5)]), undefined)
  assert.equal(plan(pictures(4, 7)), 'video 4, video 5')
})

test('object plan: what is left, once nothing will come', () => {
  assert.equal(plan(pictures(0, 8), [objectOf(0, 5)], true), 'video 6, video 7')
  assert.equal(plan(pictures(0, 8), [objectOf(0, 5), objectOf(6, 7)], true), undefined)
})

test('object plan: a period is an object of its own', () => {
  assert.equal(plan([...pictures(0, 2), ...pictures(2, 4, 20)]), 'video 0, video 1')
})

test('object plan: the oldest of all renditions is next, and one that has ended is not waited for', () => {
  assert.equal(
    plan([...pictures(0, 7), ...sounds(0, 7)], [objectOf(0, 5)]),
    'audio 0, audio 1, audio 2, audio 3, audio 4, audio 5',
  )
  assert.equal(plan([...pictures(0, 8), ...sounds(0, 2)], [objectOf(0, 5)]), undefined)
  assert.equal(plan([...pictures(0, 13), ...sounds(0, 2)], [objectOf(0, 5)]), 'audio 0, audio 1')
})

test('stored objects: segments are found in them, and where', () => {
  const [first, second, audio] = [objectOf(0, 5), objectOf(8, 9), objectOf(0, 5, 'audio')]
  const stored = new StoredObjects([first, audio, second])
  const found = [0, 5, 6, 7, 8, 9, 10].map(number => stored.find({ rendition: 'video', number }))
  assert.deepEqual(found, [first, first, undefined, undefined, second, second, undefined])
  assert.equal(stored.find({ rendition: 'audio', number: 2 }), audio)
  assert.equal(stored.find({ rendition: 'audio-2', number: 2 }), undefined)
  const all = [...sounds(0, 6), ...pictures(0, 10)]
  assert.deepEqual(pieceOf(first, segment(2), all), {
    object: first,
    start: 1000 + 100 + 101,
    end: 1000 + 100 + 101 + 102,
  })
})
