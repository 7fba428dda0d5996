import { readDocument } from '../../src/config/document.ts'
import { defineSection } from '../../src/config/section.ts'
import { text } from '../../src/config/text.ts'
import { textList } from '../../src/config/text-list.ts'
import { DocumentDeclarations } from '../../src/store/document-declarations.ts'
import { KeptLog } from './kept-log.ts'
import { MemoryDocuments } from './memory-documents.ts'

const schema = defineSection('A stream', {
  title: text({ default: '', description: 'Name' }),
  tags: textList({ default: [], description: 'Words' }),
  key: text({ default: '', description: 'Word', secret: true }),
})

/** Declared streams of little to declare, and where they are kept. */
export function declaredInMemory() {
  const store = new MemoryDocuments()
  const read = { collection: 'streams' as const, schema, read: (json: unknown) => readDocument(schema, json) }
  const declared = new DocumentDeclarations({ ...read, store, onChange: () => undefined, log: new KeptLog() })
  return { store, declared }
}
