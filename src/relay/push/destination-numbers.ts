import type { UrlTemplate } from '../url-template.ts'
import type { PushUrl } from './push-url.ts'

/**
 * Numbers destinations from 1 on, in the order in which the configuration has them. What is asked for no more keeps its
 * number, so that a number never means another place while the server runs.
 */
export class DestinationNumbers {
  readonly #numbers = new Map<string, number>()

  /** Number those that have none. */
  add(templates: readonly UrlTemplate<PushUrl>[]): void {
    for (const template of templates) this.of(template)
  }

  of({ text }: UrlTemplate<PushUrl>): number {
    const number = this.#numbers.get(text) ?? this.#numbers.size + 1
    this.#numbers.set(text, number)
    return number
  }
}
