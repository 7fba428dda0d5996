import { Manifest } from './manifest.ts'
import type { Rendition } from './rendition.ts'

type Kept = { readonly version: number; readonly manifests: Map<string, Manifest> }

/** The manifests of the newest version of whatever they tell of. Bounded: an older version is forgotten. */
export class ManifestCache<Subject extends object> {
  readonly #kept = new WeakMap<Subject, Kept>()

  /**
   * @param version Of everything that the text depends on, except its form.
   * @param form Tells apart the few texts that there are of one version.
   */
  of(subject: Subject, version: number, form: string, format: () => string): Manifest {
    const { manifests } = this.#keptOf(subject, version)
    const known = manifests.get(form)
    if (known !== undefined) return known
    const manifest = new Manifest(format())
    manifests.set(form, manifest)
    return manifest
  }

  #keptOf(subject: Subject, version: number): Kept {
    const kept = this.#kept.get(subject)
    if (kept?.version === version) return kept
    const fresh = { version, manifests: new Map<string, Manifest>() }
    this.#kept.set(subject, fresh)
    return fresh
  }
}

/** Grows with everything that a manifest tells of the renditions of a stream, none of which ever goes. */
export function versionOf(renditions: readonly Rendition[]): number {
  return renditions.reduce((sum, { version }) => sum + 1 + version, 0)
}
