/** What the tests use of mpd-parser 1.4.0, which brings no types. */
declare module 'mpd-parser' {
  type ParsedSegment = { readonly resolvedUri: string; readonly map: { readonly resolvedUri: string } }

  type ParsedPlaylist = {
    readonly attributes: { readonly RESOLUTION?: { readonly width: number; readonly height: number } }
    readonly endList: boolean
    readonly segments: readonly ParsedSegment[]
  }

  type ParsedMpd = {
    readonly playlists: readonly ParsedPlaylist[]
    readonly mediaGroups: { readonly AUDIO: Readonly<Record<string, unknown>> }
  }

  export function parse(text: string, options: { readonly manifestUri: string }): ParsedMpd
}
