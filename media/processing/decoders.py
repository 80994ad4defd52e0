"""What of ffmpeg is run over users' files: a demuxer for each content type, and the decoders by name.

Both lists are closed: whatever is not in them is not opened, however a file names it.
"""

DEMUXERS = {
    "video/mp4": "mov",
    "video/quicktime": "mov",
    "video/x-m4v": "mov",
    "video/webm": "matroska",
    "image/gif": "gif",
    "image/apng": "apng",  # what other pictures that move are made first
}
VIDEO_CODECS = ("h264", "hevc", "vp8", "vp9", "av1", "mpeg4", "gif", "apng")
# What phones, cameras and their apps put beside a video; each is decoded and written again as AAC.
AUDIO_CODECS = (
    *("aac", "mp3", "mp2", "mp1", "opus", "vorbis", "alac", "flac", "ac3", "eac3", "dts", "truehd"),
    *("amr_nb", "amr_wb", "gsm", "qcelp", "adpcm_ima_qt", "adpcm_ima_wav", "adpcm_ms", "pcm_alaw", "pcm_mulaw"),
    *("pcm_u8", "pcm_s8", "pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_s32be"),
    *("pcm_f32le", "pcm_f32be", "pcm_f64le", "pcm_f64be"),
)
# The decoders of these codecs: ffmpeg's list is of decoders, whose names are not always those of codecs.
_NAMED_OTHERWISE = ("libdav1d", "libaom-av1", "mp3float", "mp2float", "mp1float", "libopus", "libvorbis", "dca")
_AMR = ("amrnb", "amrwb", "libopencore_amrnb", "libopencore_amrwb")
DECODERS = ",".join([*VIDEO_CODECS, *AUDIO_CODECS, *_NAMED_OTHERWISE, *_AMR])
# What may be opened in order to name it, too: covers, subtitles and captions. ffprobe stops at any other stream.
PROBED_DECODERS = f"{DECODERS},mjpeg,png,bmp,mov_text,srt,webvtt,ass,text,cc_dec"
