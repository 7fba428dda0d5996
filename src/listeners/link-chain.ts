import { readlink } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

/** More links than any system follows. */
const maxLinks = 40

/**
 * The path, and behind it the paths that its links lead over: the folder of each of them may be where a file is
 * replaced. certbot replaces links, Kubernetes replaces the folder that a link leads through.
 */
export async function linkChain(path: string): Promise<readonly string[]> {
  const chain = [resolve(path)]
  for (let links = 0; links < maxLinks; links++) {
    const last = chain.at(-1) ?? path
    const target = await readlink(last).catch(() => undefined)
    if (target === undefined) break
    chain.push(resolve(dirname(last), target))
  }
  return chain
}
