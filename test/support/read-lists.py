"""Reads playlists with m3u8 and MPDs with mpegdash: a JSON array of texts on standard input, of what is read on standard output."""

import json
import re
import sys

import m3u8
from mpegdash.parser import MPEGDASHParser


def read(text):
    if text.startswith("#EXTM3U"):
        # m3u8 6.0 takes comments for errors where it is strict: RFC 8216 section 4.1.
        playlist = m3u8.parse(re.sub(r"^#(?!EXT).*\n", "", text, flags=re.MULTILINE), strict=True)
        return multivariant(playlist) if playlist["is_variant"] else media(playlist)
    return mpd(MPEGDASHParser.parse(text))


def multivariant(playlist):
    return {
        "lists": [one["uri"] for one in playlist["media"] + playlist["playlists"]],
        "codecs": [one["stream_info"]["codecs"] for one in playlist["playlists"]],
    }


def media(playlist):
    # Parts behind the last segment make up one without a URI.
    segments = [segment for segment in playlist["segments"] if "uri" in segment]
    return {
        "target": playlist["targetduration"],
        "sequence": playlist["media_sequence"],
        "isEnded": playlist["is_endlist"],
        "hint": playlist.get("preload_hint", {}).get("uri"),
        "parts": [part["uri"] for segment in playlist["segments"] for part in segment.get("parts", [])],
        "segments": [
            [one["uri"], one["duration"], one["init_section"]["uri"], one["discontinuity"]] for one in segments
        ],
    }


def mpd(manifest):
    return {
        "type": manifest.type,
        "representations": [
            [period.id, one.id, one.codecs, one.bandwidth, *timeline(one.segment_templates[0])]
            for period in manifest.periods
            for group in period.adaptation_sets
            for one in group.representations
        ],
    }


def timeline(template):
    runs = template.segment_timelines[0].Ss
    count = sum(1 + (run.r or 0) for run in runs)
    return [template.media, count, sum(run.d * (1 + (run.r or 0)) for run in runs)]


json.dump([read(text) for text in json.load(sys.stdin)], sys.stdout)
