/** stream_type in a program map. Source: ISO/IEC 13818-1 table 2-34; 0x81 and 0x87 ATSC A/52 §A4.1 and §G.2; 0x86 SCTE 35
 * §8.1. */
export const streamTypes = {
  mpeg1Audio: 0x03,
  mpeg2Audio: 0x04,
  privatePes: 0x06,
  adtsAac: 0x0f,
  latmAac: 0x11,
  metadataPes: 0x15,
  h264: 0x1b,
  h265: 0x24,
  h266: 0x33,
  ac3: 0x81,
  scte35: 0x86,
  eac3: 0x87,
} as const
