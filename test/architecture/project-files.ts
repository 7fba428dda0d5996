import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../scripts/project.mjs'
import { parseSource, type SourceFile } from './source-file.ts'

/** Paths of the TypeScript files below `folder` of the project. */
export function listSources(folder: string): readonly string[] {
  return readdirSync(join(projectRoot, folder), { recursive: true, encoding: 'utf8' })
    .filter(path => /\.tsx?$/.test(path) && !path.startsWith('dist/'))
    .map(path => `${folder}/${path}`)
}

export function readSource(path: string): SourceFile {
  return parseSource(path, readFileSync(join(projectRoot, path), 'utf8'))
}
