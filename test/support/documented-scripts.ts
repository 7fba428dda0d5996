import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { projectRoot } from '../../scripts/project.mjs'

/** What docs/hls.md tells those who write pages, as `PlayerPage` runs it. */
export type DocumentedScripts = {
  /** hls.js as near to live as parts allow. */
  readonly nearLive: string
  /** hls.js that plays on when the server is started anew. */
  readonly patient: string
  /** The same of Shaka. */
  readonly patientShaka: string
}

export async function documentedScripts(): Promise<DocumentedScripts> {
  const page = await readFile(join(projectRoot, 'docs', 'hls.md'), 'utf8')
  const scripts = [...page.matchAll(/```js\n(.*?)```/gs)].map(([, script]) => script)
  const [nearLive = '', patient = '', patientShaka = ''] = scripts
  return { nearLive: `${nearLive}\nreturn hls`, patient: `${patient}\nreturn hls`, patientShaka }
}
