import type { FastifyInstance, FastifyReply } from 'fastify'
import Type, { type TSchema } from 'typebox'
import type { JsonSchema } from '../config/document-schema.ts'
import type { DeclaredDocument, DeclaredDocuments } from '../contracts/declared-documents.ts'
import type { ApiRole } from '../core/api-role.ts'
import { DocumentError, RequestError } from '../core/errors.ts'
import { answers, answersToBody, nothing } from './answers.ts'
import { addedNames, type DeclaredView, declaredSchema } from './declared-schema.ts'
import { patchType, readMergePatches } from './merge-patch-body.ts'
import { changeHeaders, entityTag, expectationOf, presentExpectationOf } from './preconditions.ts'
import { readByItself } from './read-by-itself.ts'
import { answering } from './store-answer.ts'

/** What is declared, and how its routes call it. */
export type DeclarationRoutesOptions = {
  /** With one parameter. */
  readonly path: string
  readonly tags: readonly string[]
  readonly params: TSchema
  /** @throws {RequestError} If what stands in the path cannot be a name. */
  readonly nameIn: (params: Readonly<Record<string, string>>) => string
  /** `stream`: for people, and in the names of operations. */
  readonly noun: string
  readonly summaries: { readonly read: string; readonly put: string; readonly patch: string; readonly remove: string }
  /** Where somebody finds what he may have looked for that nobody has declared. */
  readonly hint: string
  readonly documents: DeclaredDocuments
  /** What may be declared. */
  readonly document: JsonSchema
  /** As what it may be changed. */
  readonly role: ApiRole
}

type NameParams = { Params: Record<string, string> }

/** The way to read what was declared, to declare it, to change it, and to take it back. */
export function declarationRoutes(app: FastifyInstance, options: DeclarationRoutesOptions): void {
  readMergePatches(app)
  readDeclared(app, options)
  putDeclared(app, options)
  patchDeclared(app, options)
  removeDeclared(app, options)
}

function readDeclared(app: FastifyInstance, options: DeclarationRoutesOptions): void {
  const { path, tags, params, noun, summaries, hint, documents } = options
  const response = answers({ 200: declaredSchema }, 404)
  const schema = { operationId: `read${capital(noun)}`, summary: summaries.read, tags, params, response }
  app.get<NameParams>(path, { schema }, (request, reply) => {
    const name = options.nameIn(request.params)
    const declared = documents.get(name)
    if (declared !== undefined) return sendDeclared(reply, declared)
    throw new RequestError(404, `Cannot read ${noun} ${name}: nobody has declared it${hint}`)
  })
}

function putDeclared(app: FastifyInstance, options: DeclarationRoutesOptions): void {
  const { path, tags, params, noun, summaries, documents, role } = options
  const response = answersToBody({ 200: declaredSchema, 201: declaredSchema }, 409, 412, 422)
  const asked = { params, headers: changeHeaders, body: Type.Unsafe<unknown>(options.document) }
  const schema = { operationId: `put${capital(noun)}`, summary: summaries.put, tags, ...asked, response }
  app.put<NameParams>(path, { schema, config: { role }, ...readByItself }, async (request, reply) => {
    const name = options.nameIn(request.params)
    const isNew = documents.get(name) === undefined
    const sent = withoutAdded(name, request.body, noun)
    const declared = await answering(documents.put(name, sent, expectationOf(request)))
    return sendDeclared(reply.code(isNew ? 201 : 200), declared)
  })
}

function patchDeclared(app: FastifyInstance, options: DeclarationRoutesOptions): void {
  const { path, tags, params, noun, summaries, documents, role } = options
  const response = answersToBody({ 200: declaredSchema }, 404, 409, 412, 422)
  const { required: _required, ...members } = options.document
  const asked = { params, headers: changeHeaders, body: Type.Unsafe<unknown>(members) }
  const consumes = ['application/json', patchType]
  const schema = { operationId: `patch${capital(noun)}`, summary: summaries.patch, tags, consumes, ...asked, response }
  app.patch<NameParams>(path, { schema, config: { role }, ...readByItself }, async (request, reply) => {
    const name = options.nameIn(request.params)
    const patch = withoutAdded(name, request.body, noun)
    const declared = await answering(documents.patch(name, patch, presentExpectationOf(request)))
    if (declared === undefined) throw notDeclared(name, noun)
    return sendDeclared(reply, declared)
  })
}

function removeDeclared(app: FastifyInstance, options: DeclarationRoutesOptions): void {
  const { path, tags, params, noun, summaries, documents, role } = options
  const response = answers({ 204: nothing }, 404, 409, 412)
  const asked = { params, headers: changeHeaders }
  const schema = { operationId: `remove${capital(noun)}`, summary: summaries.remove, tags, ...asked, response }
  app.delete<NameParams>(path, { schema, config: { role }, ...readByItself }, async (request, reply) => {
    const name = options.nameIn(request.params)
    const isRemoved = await answering(documents.remove(name, presentExpectationOf(request)))
    if (!isRemoved) throw notDeclared(name, noun)
    return reply.code(204).send()
  })
}

/** What was declared, with the tag that changes of it may name. */
function sendDeclared(reply: FastifyReply, declared: DeclaredDocument): FastifyReply {
  return reply.header('ETag', entityTag(declared.revision)).send(viewOf(declared))
}

function notDeclared(name: string, noun: string): RequestError {
  return new RequestError(404, `Cannot change ${noun} ${name}: nobody has declared it`)
}

function viewOf({ name, origin, problems: found, document }: DeclaredDocument): DeclaredView {
  return { ...document, name, origin, problems: [...found] }
}

/** What was sent, without what an answer of ours has added to it. */
function withoutAdded(name: string, body: unknown, noun: string): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body
  if ('name' in body && body.name !== name) {
    throw new DocumentError(`Cannot declare ${name}: the document is another ${noun}'s`, [
      { pointer: '/name', detail: `It must be the name in the URL, or be left out` },
    ])
  }
  return Object.fromEntries(Object.entries(body).filter(([member]) => !addedNames.includes(member)))
}

function capital(noun: string): string {
  return noun.charAt(0).toUpperCase() + noun.slice(1)
}
