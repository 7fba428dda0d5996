import assert from 'node:assert/strict'
import { test } from 'vitest'
import { type Candidate, type Choice, chooseInput, type Situation, wantedInputs } from './input-choice.ts'

const now = 100_000
const hold = 10_000

/** `since` is when it became healthy, in seconds before now. */
function input(number: number, state: number | 'hopeful' | 'down', more: Partial<Candidate> = {}): Candidate {
  const healthySince = typeof state === 'number' ? now - state * 1000 : undefined
  return { number, healthySince, isDown: state === 'down', isHot: true, isSlate: false, isProven: true, ...more }
}

type Row = {
  readonly what: string
  readonly inputs: readonly Candidate[]
  readonly situation?: Partial<Situation>
  readonly choice: Choice | undefined
}

const rows: readonly Row[] = [
  { what: 'nothing works: nothing is chosen', inputs: [input(1, 'down'), input(2, 'down')], choice: undefined },
  {
    what: 'the primary works at the start',
    inputs: [input(1, 0), input(2, 0)],
    choice: { number: 1, reason: 'start', isSmooth: false },
  },
  {
    what: 'at the start the primary is given its chance',
    inputs: [input(1, 'hopeful'), input(2, 0)],
    choice: undefined,
  },
  {
    what: 'a primary that never connects does not hold the stream up',
    inputs: [input(1, 'down'), input(2, 0)],
    choice: { number: 2, reason: 'never-connected', isSmooth: false },
  },
  {
    what: 'nor does a backup that never connects',
    inputs: [input(1, 'down'), input(2, 'down'), input(3, 0)],
    choice: { number: 3, reason: 'never-connected', isSmooth: false },
  },
  {
    what: 'what works stays',
    inputs: [input(1, 60), input(2, 60)],
    situation: { selected: 1 },
    choice: undefined,
  },
  {
    what: 'who falls silent is replaced by the next that works, though another may still come',
    inputs: [input(1, 'down'), input(2, 'hopeful'), input(3, 5)],
    situation: { selected: 1, failure: 'silence' },
    choice: { number: 3, reason: 'silence', isSmooth: false },
  },
  {
    what: 'who has just begun may tell of old times: who has long been there goes first, but not a slate',
    inputs: [input(1, 1, { isProven: false }), input(2, 'down'), input(3, 60), input(4, 60, { isSlate: true })],
    situation: { selected: 2, failure: 'silence' },
    choice: { number: 3, reason: 'silence', isSmooth: false },
  },
  {
    what: 'who has just begun is better than nothing, and than a slate',
    inputs: [input(1, 1, { isProven: false }), input(2, 'down'), input(4, 60, { isSlate: true })],
    situation: { selected: 2, failure: 'silence' },
    choice: { number: 1, reason: 'silence', isSmooth: false },
  },
  {
    what: 'who fails alone stays selected, and is waited for',
    inputs: [input(1, 'down'), input(2, 'down')],
    situation: { selected: 1, failure: 'error' },
    choice: undefined,
  },
  {
    what: 'a primary that is back has to hold',
    inputs: [input(1, 9.9), input(2, 60)],
    situation: { selected: 2 },
    choice: undefined,
  },
  {
    what: 'a primary that has held gets its place back, at a key frame',
    inputs: [input(1, 10), input(2, 60)],
    situation: { selected: 2 },
    choice: { number: 1, reason: 'failback', isSmooth: true },
  },
  {
    what: 'a primary that came back long before the switch gets its place back all the same',
    inputs: [input(1, 60), input(2, 8)],
    situation: { selected: 2 },
    choice: { number: 1, reason: 'failback', isSmooth: true },
  },
  {
    what: 'a primary that is back need not hold when the backup fails',
    inputs: [input(1, 1), input(2, 'down')],
    situation: { selected: 2, failure: 'end' },
    choice: { number: 1, reason: 'end', isSmooth: false },
  },
  {
    what: 'what is left of preferred inputs is waited for in order',
    inputs: [input(1, 'down'), input(2, 10), input(3, 60)],
    situation: { selected: 3 },
    choice: { number: 2, reason: 'failback', isSmooth: true },
  },
  {
    what: 'the operator is obeyed at the next key frame',
    inputs: [input(1, 60), input(2, 1)],
    situation: { selected: 1, pinned: 2 },
    choice: { number: 2, reason: 'manual', isSmooth: true },
  },
  {
    what: 'what the operator wants is not on air before it works',
    inputs: [input(1, 60), input(2, 'down')],
    situation: { selected: 1, pinned: 2 },
    choice: undefined,
  },
  {
    what: 'what the operator wants is replaced when it fails',
    inputs: [input(1, 1), input(2, 'down')],
    situation: { selected: 2, pinned: 2, failure: 'error' },
    choice: { number: 1, reason: 'error', isSmooth: false },
  },
  {
    what: 'what the operator wanted holds for what he does not want any more',
    inputs: [input(1, 60), input(2, 60)],
    situation: { selected: 2 },
    choice: { number: 1, reason: 'failback', isSmooth: true },
  },
  {
    what: 'a slate gives way to anything at once',
    inputs: [input(1, 0), input(2, 60, { isSlate: true })],
    situation: { selected: 2 },
    choice: { number: 1, reason: 'failback', isSmooth: true },
  },
  {
    what: 'who is removed is replaced without waiting for anybody',
    inputs: [input(2, 'hopeful'), input(3, 1)],
    situation: { selected: undefined, failure: 'removed' },
    choice: { number: 3, reason: 'removed', isSmooth: false },
  },
]

for (const { what, inputs, situation, choice } of rows) {
  test(`input choice: ${what}`, () => {
    const usual = { selected: undefined, failure: undefined, pinned: undefined, now, hold }
    assert.deepEqual(chooseInput(inputs, { ...usual, ...situation }), choice)
  })
}

const cold = { isHot: false }
type WantedRow = {
  readonly what: string
  readonly inputs: readonly Candidate[]
  readonly situation?: Partial<Situation>
  readonly wanted: readonly number[]
}

const wantedRows: readonly WantedRow[] = [
  { what: 'hot inputs always', inputs: [input(1, 5), input(2, 5), input(3, 'down')], wanted: [1, 2, 3] },
  { what: 'the first of cold ones', inputs: [input(1, 'hopeful', cold), input(2, 'hopeful', cold)], wanted: [1] },
  {
    what: 'a cold one when those before it are down, and those go on being tried',
    inputs: [input(1, 'down', cold), input(2, 'hopeful', cold), input(3, 'hopeful', cold)],
    wanted: [1, 2],
  },
  {
    what: 'the one that is on air, until a preferred one has its place back',
    inputs: [input(1, 3, cold), input(2, 60, cold), input(3, 'hopeful', cold)],
    situation: { selected: 2 },
    wanted: [1, 2],
  },
  {
    what: 'the one that the operator wants, and the one on air',
    inputs: [input(1, 60, cold), input(2, 'hopeful', cold)],
    situation: { selected: 1, pinned: 2 },
    wanted: [1, 2],
  },
]

for (const { what, inputs, situation, wanted } of wantedRows) {
  test(`input choice: connected are ${what}`, () => {
    const set = wantedInputs(inputs, { selected: undefined, pinned: undefined, ...situation })
    assert.deepEqual(set, new Set(wanted))
  })
}
