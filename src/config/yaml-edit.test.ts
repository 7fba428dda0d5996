import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { parse } from 'yaml'
import { editYaml, type YamlEdit } from './yaml-edit.ts'

const file = `# my server
rtmp:
  listen: ":1935" # for OBS
  maxMessageSize: 0123
http: { listen: ":8080", corsOrigins: [ a, b ] }

# streams
streams:
  cam/one:
    title: 'Roof' # roof
    tags: [ x, y ]
  cam/two:
paths:
  "live/**": &fast { maxLag: 3s }
  other: *fast
`

const cases: { name: string; edits: readonly YamlEdit[]; from: string; to: string }[] = [
  {
    name: 'a value, with the comment and the quotes that it had',
    edits: [{ keys: ['rtmp', 'listen'], value: ':1999' }],
    from: '":1935" # for OBS',
    to: '":1999" # for OBS',
  },
  {
    name: 'a key of a section',
    edits: [{ keys: ['rtmp', 'idleTimeout'], value: '5s' }],
    from: 'maxMessageSize: 0123\n',
    to: 'maxMessageSize: 0123\n  idleTimeout: 5s\n',
  },
  {
    name: 'a section, at the end',
    edits: [
      { keys: ['play', 'gopCache'], value: false },
      { keys: ['play', 'maxLag'], value: '5s' },
    ],
    from: 'other: *fast\n',
    to: 'other: *fast\nplay:\n  gopCache: false\n  maxLag: 5s\n',
  },
  {
    name: 'a key that goes, and one that was never there',
    edits: [
      { keys: ['http', 'corsOrigins'], value: undefined },
      { keys: ['srt', 'listen'], value: undefined },
    ],
    from: ', corsOrigins: [ a, b ] }',
    to: ' }',
  },
  {
    name: 'a key of what others share by an alias, which keep theirs',
    edits: [{ keys: ['paths', 'other', 'gopCache'], value: true }],
    from: 'other: *fast',
    to: 'other: { maxLag: 3s, gopCache: true }',
  },
  {
    name: 'an entry that has nothing yet',
    edits: [
      { keys: ['streams', 'cam/two'], value: {} },
      { keys: ['streams', 'cam/two', 'push'], value: [{ url: 'rtmp://x/y#z', enabled: false }] },
    ],
    from: 'cam/two:\n',
    to: 'cam/two:\n    push:\n      - url: rtmp://x/y#z\n        enabled: false\n',
  },
]

for (const { name, edits, from, to } of cases) {
  test(`yaml edit: ${name}`, () => assert.equal(editYaml(file, edits), file.replace(from, to)))
}

test('yaml edit: nothing to change leaves every letter as it is', () => assert.equal(editYaml(file, []), file))

test('yaml edit: an empty file gets its first key', () => {
  assert.equal(editYaml('', [{ keys: ['a', 'b'], value: 1 }]), 'a:\n  b: 1\n')
})

test('yaml edit: what others refer to is not taken away', () => {
  assert.throws(() => editYaml(file, [{ keys: ['paths', 'live/**'], value: undefined }]), /alias/)
})

test('yaml edit: any text is read again as it was meant', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme', minLength: 1 }), (value, key) => {
      const edited = editYaml(file, [
        { keys: ['record', key], value },
        { keys: ['relay', 'to'], value: [value, key] },
        { keys: ['http', 'x'], value },
      ])
      const read = parse(edited) as Record<string, Record<string, unknown>>
      assert.equal(read['record']?.[key], value)
      assert.deepEqual(read['relay']?.['to'], [value, key])
      assert.equal(read['http']?.['x'], value)
    }),
    { seed: 8, numRuns: 200 },
  )
})
