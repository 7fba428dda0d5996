import type { ReloadCodes } from '../config/reloaded-file.ts'

/** Of the access file and of the key file. */
export const authFileCodes: ReloadCodes = {
  read: 'AUTH_FILE_READ',
  refused: 'AUTH_FILE_REFUSED',
  unwatched: 'AUTH_FILE_UNWATCHED',
}
