import { posix } from 'node:path'
import type { Import, SourceFile } from './source-file.ts'

/** Folders of src/ from the ground up: each imports only from those before its row. */
const rows = [
  ['core'],
  ['media'],
  ['codecs'],
  ['formats'],
  ['contracts'],
  ['protocols'],
  ['hub'],
  ['config'],
  ['clients'],
  ['listeners'],
  ['servers', 'relay', 'packagers', 'recorder', 'transcoder', 'supervisor'].concat([
    'auth',
    'hooks',
    'metrics',
    'store',
    'cluster',
    'api',
  ]),
  ['cli'],
  ['app'],
  ['main.ts'],
]

/** Bytes and clock in, values and actions out. */
const pureFolders = ['core', 'media', 'codecs', 'formats', 'contracts', 'protocols', 'hub']
const pureModules = ['node:assert', 'node:assert/strict', 'node:buffer', 'node:crypto']
const impureNames = ['setTimeout', 'setInterval', 'setImmediate', 'Date.now', 'new Date()'].concat([
  'performance',
  'process',
  'console',
  'fetch',
])

/** Folders whose children do not know each other. */
const foldersOfStrangers = ['protocols', 'clients', 'servers', 'relay', 'packagers']

/** Packages that one folder knows, so that the others have nothing to do with them. */
const packageOwners: Readonly<Record<string, string>> = { 'prom-client': 'metrics' }

/** Every breach of the dependency rule in `files`, as sentences. */
export function findBreaches(files: readonly SourceFile[]): readonly string[] {
  return [...files.flatMap(breachesOf), ...findCycles(files)]
}

function breachesOf(file: SourceFile): readonly string[] {
  const imports = file.imports.flatMap(item => [
    ...orderBreach(file, item),
    ...ownerBreach(file, item),
    ...purityBreach(file, item),
  ])
  return [...imports, ...impureNamesOf(file)]
}

function orderBreach({ path }: SourceFile, { module }: Import): readonly string[] {
  const target = resolveImport(path, module)
  if (target === undefined || (isTest(path) && target.startsWith('test/'))) return []
  const [from, to] = [folderOf(path), folderOf(target)]
  if (from === to) return areStrangers(path, target) ? [`${path} imports its sibling ${target}`] : []
  if (rowOf(to) < rowOf(from)) return []
  return [`${path} imports ${target}: ${from} comes ${rowOf(to) === rowOf(from) ? 'beside' : 'before'} ${to}`]
}

function ownerBreach({ path }: SourceFile, { module }: Import): readonly string[] {
  const owner = packageOwners[module]
  return owner === undefined || folderOf(path) === owner ? [] : [`${path} imports ${module}: ${owner} alone knows it`]
}

function purityBreach({ path }: SourceFile, { module, typesOnly }: Import): readonly string[] {
  if (!isPure(path) || module.startsWith('.') || pureModules.includes(module)) return []
  // Contracts are types and nothing else: they may be written in a package's words.
  if (folderOf(path) === 'contracts' && typesOnly) return []
  return [`${path} imports ${module}: ${folderOf(path)} is pure`]
}

function impureNamesOf({ path, names }: SourceFile): readonly string[] {
  if (!isPure(path)) return []
  return impureNames.filter(name => names.has(name)).map(name => `${path} uses ${name}: ${folderOf(path)} is pure`)
}

/** A test may do I/O and use what lies in test/, but it knows no later folder of src/ either. */
function isTest(path: string): boolean {
  return path.endsWith('.test.ts')
}

function isPure(path: string): boolean {
  return pureFolders.includes(folderOf(path)) && !isTest(path)
}

function resolveImport(path: string, module: string): string | undefined {
  return module.startsWith('.') ? posix.join(posix.dirname(path), module) : undefined
}

/** `hub` of `src/hub/stream.ts`, `main.ts` of `src/main.ts`. */
function folderOf(path: string): string {
  return path.split('/')[1] ?? ''
}

function areStrangers(path: string, target: string): boolean {
  const [a, b] = [path.split('/'), target.split('/')]
  return foldersOfStrangers.includes(folderOf(path)) && a.length > 3 && b.length > 3 && a[2] !== b[2]
}

/** A folder that is in no row is above all: it may import everything and nothing may import it. */
function rowOf(folder: string): number {
  const row = rows.findIndex(names => names.includes(folder))
  return row < 0 ? rows.length : row
}

function findCycles(files: readonly SourceFile[]): readonly string[] {
  const edges = new Map(files.map(({ path, imports }) => [path, targetsOf(path, imports)]))
  const finished = new Set<string>()
  const cycles: string[] = []

  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path].join(' imports '))
    if (trail.includes(path) || finished.has(path)) return
    for (const next of edges.get(path) ?? []) visit(next, [...trail, path])
    finished.add(path)
  }
  for (const path of edges.keys()) visit(path, [])
  return cycles
}

function targetsOf(path: string, imports: readonly Import[]): readonly string[] {
  return imports.map(({ module }) => resolveImport(path, module)).filter(target => target !== undefined)
}
