import { type AssociatedProgram, decodeProgramAssociation } from './program-association.ts'
import type { ReceivedSection } from './psi-section.ts'

/** Maps of more programs are not waited for. */
const mostPrograms = 256

/**
 * Which of the programs of a transport stream is received: the one that was asked for, or the first one with media. The
 * first one is known when the maps of all programs before it have come, or when a map has come for the second time.
 */
export class ProgramChoice {
  readonly #wanted: number | undefined
  #version: number | undefined
  /** Of the association in force, by section number. */
  readonly #sections = new Map<number, readonly AssociatedProgram[]>()
  /** Whether a program has media, for those whose map has come. */
  readonly #hasMedia = new Map<number, boolean>()
  #chosen: number | undefined

  /** @param wanted A program_number; `undefined` for the first one with media. */
  constructor(wanted: number | undefined) {
    this.#wanted = wanted
  }

  /** In the order of the association. */
  get programs(): readonly AssociatedProgram[] {
    const sections = [...this.#sections].sort(([a], [b]) => a - b)
    return sections.flatMap(([, programs]) => programs).slice(0, mostPrograms)
  }

  /** Take in a section of the association. */
  associate({ version, sectionNumber, body }: ReceivedSection): void {
    if (version !== this.#version) this.#sections.clear()
    this.#version = version
    this.#sections.set(sectionNumber, decodeProgramAssociation(body))
    if (!this.programs.some(({ programNumber }) => programNumber === this.#chosen)) this.#chosen = undefined
  }

  /** The map of a program has come. Returns true if it is the program to receive. */
  chooses(programNumber: number, hasMedia: boolean): boolean {
    this.#chosen ??= this.#wanted ?? this.#firstWithMedia(programNumber, hasMedia)
    return this.#chosen === programNumber
  }

  #firstWithMedia(programNumber: number, hasMedia: boolean): number | undefined {
    const isRepeated = this.#hasMedia.has(programNumber)
    this.#hasMedia.set(programNumber, hasMedia)
    const known = this.programs.map(program => ({ ...program, hasMedia: this.#hasMedia.get(program.programNumber) }))
    const first = known.findIndex(program => program.hasMedia === true)
    const isFirst = isRepeated || known.slice(0, first).every(program => program.hasMedia === false)
    return isFirst ? known[first]?.programNumber : undefined
  }
}
