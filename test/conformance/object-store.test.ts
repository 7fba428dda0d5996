import { MemoryStore } from '../support/memory-store.ts'
import { testObjectStore } from './object-store.ts'

testObjectStore('memory store', async () => {
  return { store: new MemoryStore(), largeSize: 10_000, [Symbol.asyncDispose]: async () => undefined }
})
