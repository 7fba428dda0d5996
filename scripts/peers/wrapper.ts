import { spawnSync } from 'node:child_process'
import { globSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Peer } from './catalog.ts'

/**
 * Write a shell script that runs `peer` out of the unpacked packages below `root`.
 *
 * The host's C library may be older than theirs, so each program runs with its own loader and its own libraries:
 * as an argument of the loader or, where it starts itself again, with the loader's path written into it.
 */
export function writeWrapper(peer: Peer, root: string, file: string): void {
  const { loader, triplet } = findLoader(root)
  const [path = peer.path] = globSync(peer.path, { cwd: root })
  const program = `"$root/${path}"`
  const viaLoader = `"$root/${loader}" --library-path "$libraries"`
  const settings = `#!/bin/sh
root='${root}'
own="$root/usr/lib/${triplet}"
libraries="$own:$own/pulseaudio:$own/blas:$own/lapack"
`
  if (peer.startsItself) setLoader(`${settings}${viaLoader} "$root/usr/bin/patchelf"`, join(root, loader), program)
  writeFileSync(
    file,
    `${settings}export FONTCONFIG_SYSROOT="$root" PYTHONHOME="$root/usr"
export GIO_MODULE_DIR="$own/gio/modules" GST_PLUGIN_SYSTEM_PATH_1_0="$own/gstreamer-1.0" GST_REGISTRY_1_0="$root/gstreamer.registry" GST_REGISTRY_FORK=no
${peer.startsItself ? `export LD_LIBRARY_PATH="$libraries"\nexec` : `exec ${viaLoader}`} ${program} "$@"${peer.prefix === undefined ? '' : ` ${peer.prefix.flag}"$root/${peer.prefix.folder}"`}
`,
    { mode: 0o755 },
  )
}

/** Where the suite keeps its dynamic loader, and the name of this processor's libraries. */
function findLoader(root: string): { readonly loader: string; readonly triplet: string } {
  // In /lib64 there is a link, which leads out of the packages in those before trixie.
  const loader = globSync('usr/lib/*-linux-gnu/ld-linux*', { cwd: root })[0]
  const triplet = readdirSync(join(root, 'usr/lib')).find(name => name.endsWith('-linux-gnu'))
  if (loader === undefined || triplet === undefined) throw new Error(`Cannot find a C library below ${root}`)
  return { loader, triplet }
}

function setLoader(patchelf: string, loader: string, program: string): void {
  const { status, stderr } = spawnSync('sh', ['-c', `${patchelf} --set-interpreter '${loader}' ${program}`], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`Cannot set the loader of ${program}: ${stderr}`)
}
