"""Which sound of a video is taken, and how it becomes stereo AAC."""

from media.processing.decoders import AUDIO_CODECS
from media.processing.probing import AudioStream, Probed

MAX_TRIED = 8  # streams of one file
CPU_SECONDS = 30  # to look at one by itself
_AAC = ("-c:a", "aac", "-b:a", "128k", "-ac", "2", "-ar", "48000")
# A gap, or a late start, becomes silence: not all players follow an edit list.
_EVEN = "aresample=async=1:first_pts=0"
_AMBISONIC = "pan=stereo|c0=0.5*c0+0.5*c1|c1=0.5*c0-0.5*c1"  # everything, more and less of what is to the left
_FIRST_TWO = "pan=stereo|c0=c0|c1=c1"
_MAX_NAMED_CHANNELS = 8  # up to here there is a usual arrangement, by which they are mixed


def candidates(probed: Probed) -> list[AudioStream]:
    """The streams that may be taken, in the file's order: of a codec that is decoded, and not empty."""
    streams = [stream for stream in probed.streams if isinstance(stream, AudioStream)]
    readable = [s for s in streams if s.codec in AUDIO_CODECS and s.channels and s.sample_rate]
    return [s for s in readable if s.duration_seconds is None or s.duration_seconds > 0][:MAX_TRIED]


def decoding(stream: AudioStream) -> list[str]:
    """The arguments by which ffmpeg reads this stream, as it is heard."""
    return ["-map", f"0:{stream.number}", "-af", ",".join([*_to_stereo(stream), _EVEN])]


def encoding(stream: AudioStream | None) -> list[str]:
    """The arguments by which ffmpeg writes it; None: no sound."""
    return [*decoding(stream), *_AAC] if stream else ["-an"]


def _to_stereo(stream: AudioStream) -> list[str]:
    """ffmpeg mixes what has a usual arrangement of loudspeakers by itself."""
    if stream.layout.startswith("ambisonic"):
        return [_AMBISONIC]
    return [_FIRST_TWO] if stream.channels > _MAX_NAMED_CHANNELS else []
