import assert from 'node:assert/strict'
import { test } from 'vitest'
import { choice } from './choice.ts'
import { integer } from './integer.ts'
import { listOf } from './list-of.ts'
import { text } from './text.ts'
import { textList } from './text-list.ts'

const connections = integer({ default: 64, description: '', minimum: 4, maximum: 1024 })

for (const [written, value] of [
  ['4', 4],
  ['1024', 1024],
  ['0064', 64],
  ['3', undefined],
  ['1025', undefined],
  ['-5', undefined],
  ['1e2', undefined],
  ['', undefined],
  ['12.0', undefined],
] as const) {
  test(`integer: "${written}" within 4 to 1024 is ${value ?? 'none'}`, () => {
    assert.deepEqual(connections.parse(written), value === undefined ? undefined : { value })
  })
}

test('integer: a number too large to be exact is none', () => {
  assert.equal(integer({ default: 0, description: '' }).parse('9007199254740993'), undefined)
})

test('choice: only the words themselves', () => {
  const field = choice(['auto', 'json'], { default: 'auto', description: '' })
  assert.equal(field.form, 'one of auto, json')
  assert.deepEqual(field.parse('json'), { value: 'json' })
  assert.equal(field.parse('JSON'), undefined)
  assert.equal(field.parse('constructor'), undefined)
})

test('text: anything, letter by letter', () => {
  assert.deepEqual(text({ default: '', description: '' }).parse(' 0123 '), { value: ' 0123 ' })
  assert.equal(text({ default: '', description: '' }).parse(['a']), undefined)
})

test('list: one item of another form, and it is no list', () => {
  const digits = listOf('a list of digits', item => (/^\d$/.test(item) ? Number(item) : undefined), {
    default: ['1'],
    description: '',
  })
  assert.deepEqual(digits.parse(['1', '0']), { value: [1, 0] })
  assert.deepEqual(digits.parse('7'), { value: [7] })
  assert.equal(digits.parse(['1', 'x']), undefined)
})

test('text list: one text is a list of one', () => {
  assert.deepEqual(textList({ default: [], description: '' }).parse('a,b'), { value: ['a,b'] })
  assert.deepEqual(textList({ default: [], description: '' }).parse(['a', 'b']), { value: ['a', 'b'] })
})
