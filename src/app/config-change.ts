import { createHash } from 'node:crypto'
import { ConfigErrors } from '../config/config-errors.ts'
import { readConfigPatch } from '../config/config-patch.ts'
import { isObject, joinPointer } from '../config/document.ts'
import type { LoadedConfig } from '../config/load-config.ts'
import { editYaml } from '../config/yaml-edit.ts'
import { DocumentError, RequestError, reasonOf } from '../core/errors.ts'
import { appConfig } from './config.ts'

export const cannotChange = 'Cannot change the configuration'

/** Another one for each text of the file. */
export function revisionOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22)
}

/**
 * The text of the configuration file after a patch.
 *
 * @param revision What is expected to be changed; `undefined` for whatever is there.
 * @throws {DocumentError} If the patch has something wrong.
 * @throws {RequestError} If the file is another than expected, or a patch cannot change it.
 */
export function changedText(current: LoadedConfig<unknown>, patch: unknown, revision: string | undefined): string {
  if (revision !== undefined && revision !== revisionOf(current.text)) {
    throw new RequestError(412, `${cannotChange}: it has been changed since it was read`)
  }
  const { edits, problems } = readConfigPatch(appConfig, patch, current)
  if (problems.length > 0) throw new DocumentError(`${cannotChange}: the patch has something wrong`, problems)
  try {
    return editYaml(current.text, edits)
  } catch (error) {
    throw new RequestError(409, `${cannotChange}: its file has to be changed by hand: ${reasonOf(error)}`)
  }
}

/** What the whole configuration has against a patch, told with the places in the patch. */
export async function withPointers<Result>(patch: unknown, work: Promise<Result>): Promise<Result> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof ConfigErrors)) throw error
    const pointers = pointersIn(patch, '', '')
    const problems = error.problems.map(({ path, message }) => ({
      pointer: pointers.findLast(one => isWithin(path, one.path))?.pointer ?? '',
      detail: message,
    }))
    throw new DocumentError(`${cannotChange}: what it would say cannot be used`, problems, { cause: error })
  }
}

type Place = { readonly path: string; readonly pointer: string }

/** Every place of a patch under both of its names, outer ones first. */
function pointersIn(patch: unknown, path: string, pointer: string): readonly Place[] {
  if (!isObject(patch)) return [{ path, pointer }]
  const members = Object.entries(patch).flatMap(([name, value]) =>
    pointersIn(value, path === '' ? name : `${path}.${name}`, joinPointer(pointer, name)),
  )
  return [{ path, pointer }, ...members]
}

function isWithin(path: string, outer: string): boolean {
  return path === outer || outer === '' || path.startsWith(`${outer}.`)
}
