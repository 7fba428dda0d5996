import assert from 'node:assert/strict'
import { test } from 'vitest'
import { KeptLog } from '../../test/support/kept-log.ts'
import { MemoryDocuments } from '../../test/support/memory-documents.ts'
import { type DocumentReading, readDocument } from '../config/document.ts'
import { type Decoded, defineSection } from '../config/section.ts'
import { text } from '../config/text.ts'
import { textList } from '../config/text-list.ts'
import { DocumentDeclarations } from './document-declarations.ts'

const schema = defineSection('A stream', {
  title: text({ default: '', description: 'Name' }),
  tags: textList({ default: [], description: 'Words' }),
  key: text({ default: '', description: 'Word', secret: true }),
})

type Declaration = Decoded<typeof schema>

const read = (json: unknown): DocumentReading<Declaration> => readDocument(schema, json)

class Rig {
  readonly store: MemoryDocuments
  readonly log = new KeptLog()
  changes = 0
  readonly declarations: DocumentDeclarations<Declaration>

  constructor(store = new MemoryDocuments()) {
    this.store = store
    const onChange = (): void => void this.changes++
    const { log } = this
    this.declarations = new DocumentDeclarations({ collection: 'streams', store, log, schema, read, onChange })
  }
}

test('declarations: what was put is in force, is kept, and is there for the next server', async () => {
  const rig = new Rig()
  await rig.declarations.reload()
  const before = rig.changes
  const put = await rig.declarations.put('live/b', { title: 'B', key: 'secret' }, 'anything')
  assert.deepEqual(put, {
    name: 'live/b',
    origin: 'api',
    revision: 'r1',
    document: { title: 'B', key: '***' },
    problems: [],
  })
  assert.equal(rig.declarations.declarationOf('live/b')?.key, 'secret')
  assert.equal(rig.changes, before + 1)
  await rig.declarations.put('live/a', {}, 'nothing')
  const next = new Rig(rig.store)
  await next.declarations.reload()
  assert.deepEqual(
    next.declarations.list().map(({ name }) => name),
    ['live/a', 'live/b'],
  )
  assert.equal(next.declarations.declarationOf('live/b')?.key, 'secret')
})

test('declarations: a patch changes what it names, and secrets that were hidden stay what they were', async () => {
  const { declarations } = new Rig()
  await declarations.put('a', { title: 'A', tags: ['x'], key: 'secret' }, 'anything')
  const patched = await declarations.patch('a', { title: null, tags: ['y'] }, 'anything')
  assert.deepEqual(patched?.document, { tags: ['y'], key: '***' })
  assert.equal(declarations.declarationOf('a')?.key, 'secret')
  await declarations.put('a', { ...patched?.document, title: 'New' }, { revision: patched?.revision ?? '' })
  assert.deepEqual(declarations.declarationOf('a'), { title: 'New', tags: ['y'], key: 'secret' })
  assert.equal(await declarations.patch('b', {}, 'anything'), undefined)
})

test('declarations: a document that is wrong changes nothing, and says everything that is wrong', async () => {
  const rig = new Rig()
  await rig.declarations.put('a', { title: 'A' }, 'anything')
  await assert.rejects(rig.declarations.patch('a', { title: {}, tagz: 1, key: '***' }, 'anything'), {
    code: 'ERR_DOCUMENT',
    message: 'Cannot declare a: 3 things are wrong',
  })
  assert.deepEqual(rig.declarations.get('a')?.document, { title: 'A' })
  assert.deepEqual(rig.store.documents.get('a')?.value, { title: 'A' })
  assert.deepEqual(rig.declarations.checkAll(new Map([['b', { key: '***' }]])), [
    { pointer: '/b/key', detail: 'It has a hidden part (***) that cannot be told: write it out' },
  ])
})

test('declarations: who names a revision that is not the newest is told so, who names none is not', async () => {
  const rig = new Rig()
  await rig.declarations.put('a', { title: 'A' }, 'anything')
  // Another server of the same store has changed it.
  const other = new Rig(rig.store)
  await other.declarations.reload()
  await other.declarations.patch('a', { tags: ['other'] }, 'anything')
  await assert.rejects(rig.declarations.patch('a', { title: 'B' }, { revision: 'r1' }), { fault: 'conflict' })
  const patched = await rig.declarations.patch('a', { title: 'C' }, 'anything')
  assert.deepEqual(patched?.document, { title: 'C', tags: ['other'] })
  await assert.rejects(rig.declarations.remove('a', { revision: 'r1' }), { fault: 'conflict' })
  assert.equal(await rig.declarations.remove('a', 'anything'), true)
  assert.equal(await rig.declarations.remove('a', 'anything'), false)
  assert.equal(rig.declarations.declarationOf('a'), undefined)
})

test('declarations: what was taken back stays so, whatever changes of it come meanwhile', async () => {
  const { declarations } = new Rig()
  await declarations.put('a', { title: 'A', tags: ['x'] }, 'anything')
  const removed = declarations.remove('a', 'anything')
  const patched = declarations.patch('a', { title: 'B' }, 'anything')
  assert.deepEqual(await Promise.all([removed, patched]), [true, undefined])
  const missing = { fault: 'conflict', message: 'Cannot change a: it is not there' }
  await assert.rejects(declarations.put('a', { title: 'C' }, 'something'), missing)
  assert.equal(declarations.get('a'), undefined)
  await declarations.put('a', { title: 'D' }, 'anything')
  assert.deepEqual((await declarations.put('a', { title: 'E' }, 'something')).document, { title: 'E' })
})

test('declarations: what the file declares holds, and the API cannot change it', async () => {
  const rig = new Rig()
  await rig.declarations.put('a', { title: 'kept' }, 'anything')
  rig.declarations.declareFromFile(new Map([['a', { title: 'file' }]]))
  assert.equal(rig.declarations.get('a')?.origin, 'file')
  assert.equal(rig.declarations.declarationOf('a')?.title, 'file')
  for (const change of [
    rig.declarations.put('a', {}, 'anything'),
    rig.declarations.patch('a', {}, 'anything'),
    rig.declarations.remove('a', 'anything'),
  ]) {
    await assert.rejects(change, { statusCode: 409 })
  }
  const first = rig.declarations.get('a')?.revision
  rig.declarations.declareFromFile(new Map([['a', { title: 'other' }]]))
  assert.notEqual(rig.declarations.get('a')?.revision, first)
  rig.declarations.declareFromFile(new Map())
  assert.equal(rig.declarations.declarationOf('a')?.title, 'kept')
})

test('declarations: a store that is down leaves in force what was read last', async () => {
  const rig = new Rig()
  await rig.declarations.put('a', { title: 'A' }, 'anything')
  rig.store.isDown = true
  await rig.declarations.reload()
  await assert.rejects(rig.declarations.put('b', {}, 'anything'), { fault: 'unavailable' })
  assert.equal(rig.declarations.get('b'), undefined)
  assert.equal(rig.declarations.declarationOf('a')?.title, 'A')
})

test('declarations: what another server has changed is in force once it is read', async () => {
  const rig = new Rig()
  await rig.declarations.put('a', { title: 'A' }, 'anything')
  const other = new Rig(rig.store)
  await other.declarations.reload()
  await other.declarations.put('a', { title: 'B' }, 'anything')
  await other.declarations.put('b', {}, 'anything')
  const before = rig.changes
  await rig.declarations.reload()
  assert.deepEqual([rig.declarations.declarationOf('a')?.title, rig.declarations.list().length], ['B', 2])
  await rig.declarations.reload()
  assert.equal(rig.changes, before + 1)
})

test('declarations: a reading that a change has overtaken does not take it back', async () => {
  const rig = new Rig()
  await rig.declarations.put('a', { title: 'A' }, 'anything')
  const reloaded = rig.declarations.reload()
  await Promise.all([reloaded, rig.declarations.put('b', { title: 'B' }, 'nothing')])
  assert.equal(rig.declarations.declarationOf('b')?.title, 'B')
})

test('declarations: of two readings that come back the other way round, the one that began later counts', async () => {
  const rig = new Rig()
  await rig.declarations.put('a', { title: 'old' }, 'anything')
  const list = rig.store.list.bind(rig.store)
  const held = Promise.withResolvers<void>()
  rig.store.list = async () => {
    const documents = await list()
    await held.promise
    return documents
  }
  const early = rig.declarations.reload()
  await new Promise(setImmediate)
  rig.store.list = list
  const other = new Rig(rig.store)
  await other.declarations.reload()
  await other.declarations.put('a', { title: 'new' }, 'anything')
  await rig.declarations.reload()
  held.resolve()
  await early
  assert.equal(rig.declarations.declarationOf('a')?.title, 'new')
})

test('declarations: what is kept and cannot be used is shown, and is not in force', async () => {
  const rig = new Rig()
  await rig.store.apply([{ kind: 'put', collection: 'streams', key: 'a', value: { colour: 1 }, expected: 'nothing' }])
  await rig.declarations.reload()
  assert.equal(rig.declarations.declarationOf('a'), undefined)
  assert.deepEqual(
    rig.declarations.get('a')?.problems.map(({ pointer }) => pointer),
    ['/colour'],
  )
  assert.equal(rig.log.lines.filter(({ code }) => code === 'DECLARATION_UNUSABLE').length, 1)
  await rig.declarations.put('a', { title: 'good' }, 'anything')
  assert.equal(rig.declarations.declarationOf('a')?.title, 'good')
})
