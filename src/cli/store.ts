import { FlagError, hint } from '../config/config-errors.ts'
import { UrlError } from '../core/errors.ts'
import type { Milliseconds } from '../core/units.ts'
import { copyDocuments } from '../store/copy-documents.ts'
import { openStore, withPasswordOf } from '../store/create-store.ts'
import { parseStoreUrl, type StoreUrl } from '../store/store-url.ts'
import { type CommandIo, readArguments, runCommand } from './command-io.ts'

export const storeUsage = `Usage: sluice store copy FROM TO [--from-password-file FILE] [--to-password-file FILE]

Copy what is managed through the API from one store into another: all of it, or nothing if a part is there already.

  FROM, TO                   json:FOLDER, sqlite:FILE, postgres://USER:PASSWORD@HOST/DATABASE, mysql://… or mongodb://…
  --from-password-file FILE  Password for FROM, instead of one in the URL
  --to-password-file FILE    Password for TO
`

const options = { 'from-password-file': { type: 'string' }, 'to-password-file': { type: 'string' } } as const

/** How long a store may take for one answer. */
const timeout: Milliseconds = 30_000

/** `sluice store copy`. @throws {FlagError} If the command line is wrong. */
export async function store(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = readArguments(args, options, ['copy', 'FROM', 'TO'])
  const [action = '', fromText = '', toText = ''] = positionals
  if (action !== 'copy')
    throw new FlagError(action, `Unknown action ${action}${hint(action, ['copy'], 'there is copy')}`)
  const [from, to] = [readUrl('FROM', fromText), readUrl('TO', toText)]
  return runCommand(io, async () => {
    const source = openStore(complete(from, values, 'from-password-file'), timeout)
    const target = openStore(complete(to, values, 'to-password-file'), timeout)
    try {
      const count = await copyDocuments(source, target)
      io.console.print(`Copied ${count} ${count === 1 ? 'document' : 'documents'}\n`)
    } finally {
      await Promise.all([source.close(), target.close()])
    }
  })
}

function readUrl(name: string, text: string): StoreUrl {
  try {
    const url = parseStoreUrl(text)
    if (url !== undefined) return url
  } catch (error) {
    if (!(error instanceof UrlError)) throw error
    throw new FlagError(name, error.message)
  }
  throw new FlagError(name, `Cannot use ${name}: it must be the URL of a store, such as json:data or sqlite:FILE`)
}

function complete(url: StoreUrl, values: Readonly<Record<string, string | undefined>>, flag: string): StoreUrl {
  const path = values[flag]
  return path === undefined ? url : withPasswordOf(url, path, `--${flag}`)
}
