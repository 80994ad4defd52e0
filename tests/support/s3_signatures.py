"""Signature Version 4 as a strict S3 checks it: in the header and in a presigned address."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

ALGORITHM = "AWS4-HMAC-SHA256"
SKEW = timedelta(minutes=15)
MAX_SECONDS_VALID = 7 * 24 * 3600
Environ = dict[str, Any]


class Refused(Exception):
    """What the store answers instead: a status and one of S3's codes."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


@dataclass(frozen=True)
class Keys:
    """The one account the store knows."""

    access: str
    secret: str
    region: str = "us-east-1"


@dataclass(frozen=True)
class Claim:
    """What a request says about its own signature."""

    credential: str
    moment: str
    signed: str
    signature: str
    payload: str


def header(environ: Environ, name: str) -> str | None:
    """A header by its usual name; None where the request has none."""
    key = name.upper().replace("-", "_")
    return environ.get(key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}")


def check(environ: Environ, keys: Keys) -> str:
    """The payload hash that the signature covers. `Refused` unless it is right, complete and of this hour."""
    query = parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    presigned = "X-Amz-Signature" in dict(query)
    claim = _in_query(dict(query)) if presigned else _in_header(environ)
    _check_time(claim.moment, int(dict(query)["X-Amz-Expires"]) if presigned else None)
    access, date, region, service, end = [*claim.credential.split("/"), *[""] * 5][:5]
    if access != keys.access:
        raise Refused(403, "InvalidAccessKeyId")
    if (date, region, service, end) != (claim.moment[:8], keys.region, "s3", "aws4_request"):
        raise Refused(400, "AuthorizationHeaderMalformed")
    _check_signed_headers(environ, claim.signed.split(";"))
    right = _signature(claim, _canonical(environ, query, claim), keys)
    if not hmac.compare_digest(right, claim.signature):
        raise Refused(403, "SignatureDoesNotMatch")
    return claim.payload


def _in_query(query: dict[str, str]) -> Claim:
    names = ("X-Amz-Credential", "X-Amz-Date", "X-Amz-SignedHeaders", "X-Amz-Signature")
    if query.get("X-Amz-Algorithm") != ALGORITHM or not all(query.get(name) for name in names):
        raise Refused(400, "AuthorizationQueryParametersError")
    if not query.get("X-Amz-Expires", "").isdigit() or not 1 <= int(query["X-Amz-Expires"]) <= MAX_SECONDS_VALID:
        raise Refused(400, "AuthorizationQueryParametersError")
    return Claim(*(query[name] for name in names), "UNSIGNED-PAYLOAD")


def _in_header(environ: Environ) -> Claim:
    kind, _, rest = (header(environ, "Authorization") or "").partition(" ")
    parts = dict(part.strip().partition("=")[::2] for part in rest.split(","))
    if kind != ALGORITHM or not {"Credential", "SignedHeaders", "Signature"} <= parts.keys():
        raise Refused(403, "AccessDenied")
    payload, moment = header(environ, "x-amz-content-sha256"), header(environ, "x-amz-date")
    if not payload or not moment:
        raise Refused(400, "InvalidRequest")
    return Claim(parts["Credential"], moment, parts["SignedHeaders"], parts["Signature"], payload)


def _check_time(moment: str, seconds: int | None) -> None:
    try:
        signed_at = datetime.strptime(moment, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise Refused(403, "AccessDenied") from None
    age = datetime.now(UTC) - signed_at
    if age < -SKEW or (seconds is None and age > SKEW):
        raise Refused(403, "RequestTimeTooSkewed")
    if seconds is not None and age > timedelta(seconds=seconds):
        raise Refused(403, "AccessDenied")  # S3: "Request has expired"


def _check_signed_headers(environ: Environ, signed: list[str]) -> None:
    """Host and every x-amz-* header must be under the signature."""
    sent = {name[5:].lower().replace("_", "-") for name in environ if name.startswith("HTTP_X_AMZ_")}
    if "host" not in signed or sent - set(signed):
        raise Refused(403, "AccessDenied")


def _canonical(environ: Environ, query: list[tuple[str, str]], claim: Claim) -> str:
    path = environ["REQUEST_URI"].partition("?")[0]
    pairs = sorted((quote(k, safe="-_.~"), quote(v, safe="-_.~")) for k, v in query if k != "X-Amz-Signature")
    headers = [f"{name}:{' '.join((header(environ, name) or '').split())}\n" for name in claim.signed.split(";")]
    return "\n".join(
        [
            environ["REQUEST_METHOD"],
            quote(unquote(path), safe="/-_.~"),
            "&".join(f"{key}={value}" for key, value in pairs),
            "".join(headers),
            claim.signed,
            claim.payload,
        ]
    )


def _signature(claim: Claim, canonical: str, keys: Keys) -> str:
    scope = claim.credential.partition("/")[2]
    text = "\n".join([ALGORITHM, claim.moment, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = b"AWS4" + keys.secret.encode()
    for part in [*scope.split("/"), text]:
        key = hmac.digest(key, part.encode(), "sha256")
    return key.hex()
