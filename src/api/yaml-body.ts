import type { FastifyInstance } from 'fastify'
import { parseSecretYaml } from '../config/secret-yaml.ts'
import { RequestError } from '../core/errors.ts'

/** What YAML is called. @see RFC 9512 §2.1 */
export const yamlType = 'application/yaml'

/** And under these names it comes, too. */
export const yamlTypes = [yamlType, 'application/x-yaml', 'text/yaml', 'text/x-yaml']

/** Wherever a document is taken as JSON, it is taken as YAML from now on. */
export function readYamlBodies(app: FastifyInstance): void {
  app.addContentTypeParser(yamlTypes, { parseAs: 'string' }, async (_request: unknown, body: string | Buffer) =>
    parseSecretYaml(String(body), rule => new RequestError(400, `Cannot read the document: ${rule}`)),
  )
}
