import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { runStepOrExit } from '../step.mjs'
import type { Suite } from './suite.ts'

/**
 * Unpack `packages` of `suite`, with everything that they depend on, below `root`.
 *
 * Needs no root rights and leaves the host's own packages alone: apt keeps its lists, its status and its downloads in
 * a state folder of its own, and dpkg-deb only unpacks, it runs no package's scripts.
 */
export function unpackPackages(suite: Suite, packages: readonly string[], root: string): void {
  rmSync(root, { recursive: true, force: true })
  const state = join(root, 'apt')
  const archives = join(state, 'archives')
  for (const folder of ['lists/partial', 'archives/partial']) mkdirSync(join(state, folder), { recursive: true })
  mergeUsr(root)

  const apt = ['-q', '-y', '-c', writeConfiguration(suite, state)]
  runStepOrExit(`Reading the packages of ${suite.name}`, 'apt-get', [...apt, 'update'])
  runStepOrExit(`Downloading ${packages.join(', ')}`, 'apt-get', [...apt, 'install', '--download-only', ...packages])
  runStepOrExit('Unpacking them', 'sh', ['-c', unpackAll, String(availableParallelism()), archives, root])
  for (const folder of ['doc', 'man', 'locale', 'icons']) rmSync(join(root, 'usr/share', folder), removal)
  rmSync(state, removal)
}

const removal = { recursive: true, force: true } as const

/** Unpacks package $1 into folder $0. */
const unpackOne = `dpkg-deb --fsys-tarfile "$1" | tar -x --keep-directory-symlink -C "$0"`

/** $0 processes, each of which unpacks packages of folder $1 into $2. */
const unpackAll = `find "$1" -name '*.deb' -print0 | xargs -0 -P "$0" -I % sh -c '${unpackOne}' "$2" %`

/** Packages before trixie put files below /lib, where newer ones have a link to /usr/lib. */
function mergeUsr(root: string): void {
  for (const folder of ['bin', 'sbin', 'lib', 'lib64']) {
    mkdirSync(join(root, 'usr', folder), { recursive: true })
    symlinkSync(join('usr', folder), join(root, folder))
  }
}

/** Read after the host's own configuration, so a proxy set there holds here too, and its hooks do not. */
function writeConfiguration(suite: Suite, state: string): string {
  const file = join(state, 'apt.conf')
  const sources = join(state, 'sources.list')
  const status = join(state, 'status')
  writeFileSync(status, '')
  writeFileSync(sources, `deb [signed-by=${suite.keyring}] ${suite.mirror} ${suite.name} ${suite.components}\n`)
  writeFileSync(
    file,
    `
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Pre-Install-Pkgs;
#clear DPkg::Post-Invoke;
Dir::State "${state}/";
Dir::State::lists "${state}/lists/";
Dir::State::status "${status}";
Dir::Cache "${state}/";
Dir::Cache::archives "${state}/archives/";
Dir::Etc::sourcelist "${sources}";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
APT::Sandbox::User "";
APT::Install-Recommends "false";
Acquire::Languages "none";
Acquire::Retries "3";
`,
  )
  return file
}
