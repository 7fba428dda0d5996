/** The codecs whose frames are NAL units. */
export type NalCodec = 'h264' | 'h265' | 'h266'
