import Type, { type Static, type TInteger, type TNumber, type TString, type TUnsafe } from 'typebox'

/**
 * A plain value, or null: told by its type. Of a union, each answer is validated against one schema after the other, which
 * takes three times as long for a page of a thousand sessions.
 */
export function nullable<Plain extends TString | TInteger | TNumber>(
  plain: Plain,
  options: { readonly description?: string } = {},
): TUnsafe<Static<Plain> | null> {
  return Type.Unsafe<Static<Plain> | null>({ ...plain, ...options, type: [plain.type, 'null'] })
}
