/**
 * `node scripts/generate-config-reference.ts [--check]`: write docs/configuration.md from the schemas, or only say
 * whether it is what they say.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { appConfig } from '../src/app/config.ts'
import { formatReferencePage } from '../src/config/reference-page.ts'

const page = new URL('../docs/configuration.md', import.meta.url)
const written = existsSync(page) ? readFileSync(page, 'utf8') : ''
const wanted = formatReferencePage(appConfig)

if (!process.argv.includes('--check')) {
  mkdirSync(new URL('.', page), { recursive: true })
  writeFileSync(page, wanted)
} else if (written !== wanted) {
  console.error('docs/configuration.md is not what the schemas say: run scripts/generate-config-reference.ts')
  process.exitCode = 1
}
