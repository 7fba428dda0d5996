import type { DeclaredDocument, DeclaredDocuments } from './declared-documents.ts'

/** What somebody has said of a stream before anybody publishes it. */
export type DeclaredStream = DeclaredDocument

/** The declared streams, and the way to change them. */
export type DeclaredStreams = DeclaredDocuments
