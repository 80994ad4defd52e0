"""One file after the other: sent, waited for, looked at, and compared."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image

from devtools.corpus import contact_sheet, reference
from devtools.corpus.receiving import Api, settled
from devtools.corpus.results import Result, Results, digest_of, files_in, table
from media.formats.errors import CorruptFile, UnsupportedFormat
from media.formats.sniffing import sniff


def run(api: Api, folder: Path, target: Path, step: Callable[[int, int], None]) -> list[Result]:
    """Everything in `folder`; what `target` knows already is not sent again. `step` is told how many of how many are
    done."""
    results, paths = Results(target), files_in(folder)
    found = []
    for number, path in enumerate(paths, 1):
        name, digest = str(path.relative_to(folder)), digest_of(path)
        if (name, digest) not in results.known:
            results.add(_tried(api, path, name, digest, target))
        found.append(results.known[name, digest])
        step(number, len(paths))
    (target / "table.md").write_text(table(found))
    contact_sheet.write(found, target)
    return found


def _tried(api: Api, path: Path, name: str, digest: str, target: Path) -> Result:
    began = time.monotonic()
    answer = api.send(path)
    if answer.status not in {201, 202}:
        code, seconds = str(answer.body.get("code", answer.status)), time.monotonic() - began
        return Result(name, digest, format_of(path), "refused", code, seconds, [])
    media = settled(api, answer.body["id"])
    result = Result(
        name,
        digest,
        format_of(path),
        media["state"],
        media.get("error", {}).get("code", ""),
        time.monotonic() - began,
        [notice["code"] for notice in media.get("notices", [])],
        media["width"],
        media["height"],
    )
    return _looked_at(api, media, path, result, target)


def _looked_at(api: Api, media: dict[str, Any], path: Path, result: Result, target: Path) -> Result:
    """With both pictures, and how far they are apart."""
    ours, other = _picture_of(api, media), reference.decoded(path)
    return result._replace(
        thumbnail=_saved(ours, target, f"{result.digest[:16]}-ours.png"),
        reference=_saved(other, target, f"{result.digest[:16]}-other.png"),
        difference=reference.difference(ours, other) if ours and other else None,
    )


def _picture_of(api: Api, media: dict[str, Any]) -> Image.Image | None:
    """The smallest rendition of a photo, or of a video's poster."""
    shown = media.get("poster") or media
    address = next((one["url"] for one in shown.get("renditions", []) if one["type"].startswith("image/")), None)
    return reference.shrunk(api.download(address)) if address else None


def _saved(image: Image.Image | None, target: Path, name: str) -> str:
    if image is None:
        return ""
    image.save(target / name)
    return name


def format_of(path: Path) -> str:
    """The content type by the file's bytes; "?" for what is none of ours."""
    with path.open("rb") as file:
        try:
            return sniff(file).content_type
        except UnsupportedFormat:
            return "?"
        except CorruptFile:
            return "broken"
