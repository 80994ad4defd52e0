"""What of ffmpeg is run over users' files: a demuxer for each content type, and the decoders by name.

Both lists are closed: whatever is not in them is not opened, however a file names it.
"""

DEMUXERS = {
    "video/mp4": "mov",
    "video/quicktime": "mov",
    "video/x-m4v": "mov",
    "video/webm": "matroska",
    "image/gif": "gif",
    "image/avif": "mov",  # one that moves, where libavif refuses it
    **{"image/heic": "mov", "image/heif": "mov"},  # those that move
    "image/apng": "apng",  # what other pictures that move are made first
}
VIDEO_CODECS = (
    *("h264", "hevc", "vp8", "vp9", "av1", "mpeg4", "gif", "apng"),
    *("prores", "h263", "mjpeg"),  # of phones that film for the cutting room, of old phones, of cameras
)
# What phones, cameras and programs put beside a video, and have since QuickTime: whatever ffmpeg decodes of the tags of
# MOV, MP4 and WAV. Each is decoded and written again as AAC.
AUDIO_CODECS = (
    *("aac", "aac_latm", "mp3", "mp2", "mp1", "mp3on4", "mp3adu", "mp4als", "opus", "vorbis", "alac", "flac", "ac3"),
    *("eac3", "dts", "truehd", "mlp", "amr_nb", "amr_wb", "gsm", "gsm_ms", "qcelp", "evrc", "ilbc", "speex", "g723_1"),
    *("g729", "siren", "msnsiren", "truespeech", "nellymoser", "sipr", "qdm2", "qdmc", "mace3", "mace6", "dvaudio"),
    *("atrac3", "atrac3p", "imc", "avc", "wavpack", "tta", "wmav1", "wmav2", "wmapro", "wmavoice", "wmalossless"),
    *("adpcm_ima_qt", "adpcm_ima_wav", "adpcm_ima_dk3", "adpcm_ima_dk4", "adpcm_ima_oki", "adpcm_ms", "adpcm_swf"),
    *("adpcm_yamaha", "adpcm_ct", "adpcm_g722", "adpcm_g726", "adpcm_g726le", "pcm_alaw", "pcm_mulaw", "pcm_dvd"),
    *("pcm_u8", "pcm_s8", "pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_s32be"),
    *("pcm_u16le", "pcm_u16be", "pcm_u24le", "pcm_u24be", "pcm_u32le", "pcm_u32be", "pcm_s64le", "pcm_s64be"),
    *("pcm_f32le", "pcm_f32be", "pcm_f64le", "pcm_f64be"),
)
# The decoders of these codecs: ffmpeg's list is of decoders, whose names are not always those of codecs.
_NAMED_OTHERWISE = (
    *("libdav1d", "libaom-av1", "libvpx", "libvpx-vp9", "mp3float", "mp2float", "mp1float", "mp3on4float"),
    *("mp3adufloat", "libopus", "libgsm", "libgsm_ms", "libvorbis", "libilbc", "libspeex", "dca", "als"),
    *("atrac3plus", "on2avc", "g722", "g726", "g726le"),
)
_AMR = ("amrnb", "amrwb", "libopencore_amrnb", "libopencore_amrwb")
DECODERS = ",".join([*VIDEO_CODECS, *AUDIO_CODECS, *_NAMED_OTHERWISE, *_AMR])
# What may be opened in order to name it, too: covers, subtitles and captions. ffprobe stops at any other stream.
_NAMED_ONLY = (
    *("png", "bmp", "mov_text", "srt", "subrip", "webvtt", "ass", "ssa", "text", "cc_dec", "stl"),
    *("dvdsub", "dvbsub", "pgssub"),
)
PROBED_DECODERS = ",".join([DECODERS, *_NAMED_ONLY])
