/** Source: libsrt docs/API/API-socket-options.md, SRTO_PASSPHRASE. */
const passphraseBytes = { shortest: 10, longest: 79 } as const

/** The form of a passphrase, for error messages and the reference page. */
export const passphraseForm = `${passphraseBytes.shortest} to ${passphraseBytes.longest} bytes, or ""`

/** True for a passphrase, and for the empty text that stands for none. */
export function isPassphrase(text: string): boolean {
  const size = Buffer.byteLength(text)
  return size === 0 || (size >= passphraseBytes.shortest && size <= passphraseBytes.longest)
}
