"""What plain moto takes and a real store does not: the gate refuses it, or tests on S3 would prove nothing."""

import base64
import hashlib
import hmac
import http.client
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.support.s3_server import KEYS, S3Server, s3_server
from tests.support.s3_signatures import Keys

BODY = b"a photo"
Request = tuple[str, str, dict[str, str], bytes]


@pytest.fixture(scope="module")
def strict() -> Iterator[S3Server]:
    with s3_server() as server:
        yield server


@pytest.fixture(scope="module")
def plain(strict: S3Server) -> Iterator[S3Server]:
    """Moto as it is."""
    with s3_server(strict=False) as server:
        yield server


def client(server: S3Server, keys: Keys) -> Any:
    return boto3.client(
        "s3", endpoint_url=server.address, region_name=keys.region, aws_access_key_id=keys.access,
        aws_secret_access_key=keys.secret, config=Config(retries={"total_max_attempts": 1}, signature_version="s3v4"),
    )  # fmt: skip


def presigned(server: S3Server, keys: Keys = KEYS, seconds: int = 60) -> str:
    parameters = {"Bucket": server.bucket, "Key": "there"}
    return str(client(server, keys).generate_presigned_url("get_object", parameters, ExpiresIn=seconds))


def path_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def sent(server: S3Server, method: str, path: str, headers: dict[str, str], body: bytes) -> int:
    connection = http.client.HTTPConnection(urlsplit(server.address).netloc, timeout=5)
    try:
        connection.request(method, path, body, headers)
        return connection.getresponse().status
    finally:
        connection.close()


def signed_put(server: S3Server, *, told: dict[str, str] | None = None, age: timedelta = timedelta()) -> Request:
    """A PUT with a right signature over these headers, made by hand so that they may be wrong."""
    moment = (datetime.now(UTC) - age).strftime("%Y%m%dT%H%M%SZ")
    headers = {
        "host": urlsplit(server.address).netloc,
        "x-amz-date": moment,
        "x-amz-content-sha256": hashlib.sha256(BODY).hexdigest(),
        **(told or {}),
    }
    names, scope = sorted(headers), f"{moment[:8]}/{KEYS.region}/s3/aws4_request"
    lines = "".join(f"{name}:{headers[name]}\n" for name in names)
    asked = f"PUT\n/{server.bucket}/new\n\n{lines}\n{';'.join(names)}\n{headers['x-amz-content-sha256']}"
    text = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{hashlib.sha256(asked.encode()).hexdigest()}"
    key = b"AWS4" + KEYS.secret.encode()
    for part in [*scope.split("/"), text]:
        key = hmac.digest(key, part.encode(), "sha256")
    credential = f"Credential={KEYS.access}/{scope}, SignedHeaders={';'.join(names)}, Signature={key.hex()}"
    return "PUT", f"/{server.bucket}/new", {**headers, "Authorization": f"AWS4-HMAC-SHA256 {credential}"}, BODY


def get(url: str) -> Request:
    return "GET", path_of(url), {}, b""


def tampered(server: S3Server) -> Request:
    url = presigned(server)
    return get(url[:-1] + ("0" if url[-1] != "0" else "1"))


def prolonged(server: S3Server) -> Request:
    return get(presigned(server).replace("X-Amz-Expires=60", "X-Amz-Expires=600"))


def expired(server: S3Server) -> Request:
    past = (datetime.now(UTC) - timedelta(minutes=5)).strftime("%Y%m%dT%H%M%SZ")
    scope = f"{past[:8]}/{KEYS.region}/s3/aws4_request"
    query = (
        f"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={KEYS.access}%2F{scope.replace('/', '%2F')}"
        f"&X-Amz-Date={past}&X-Amz-Expires=60&X-Amz-SignedHeaders=host"
    )
    netloc = urlsplit(server.address).netloc
    asked = f"GET\n/{server.bucket}/there\n{query}\nhost:{netloc}\n\nhost\nUNSIGNED-PAYLOAD"
    text = f"AWS4-HMAC-SHA256\n{past}\n{scope}\n{hashlib.sha256(asked.encode()).hexdigest()}"
    key = b"AWS4" + KEYS.secret.encode()
    for part in [*scope.split("/"), text]:
        key = hmac.digest(key, part.encode(), "sha256")
    return get(f"{server.address}/{server.bucket}/there?{query}&X-Amz-Signature={key.hex()}")


def encoded(digest: bytes) -> str:
    return base64.b64encode(digest).decode()


OTHER = hashlib.sha256(b"another").digest()
CASES: dict[str, Callable[[S3Server], Request]] = {
    "tampered signature": tampered,
    "prolonged address": prolonged,
    "expired address": expired,
    "another's secret": lambda server: get(presigned(server, Keys(KEYS.access, "wrong"))),
    "unknown account": lambda server: get(presigned(server, Keys("nobody", KEYS.secret))),
    "old request": lambda server: signed_put(server, age=timedelta(hours=1)),
    "wrong sha256 of the payload": lambda server: signed_put(server, told={"x-amz-content-sha256": OTHER.hex()}),
    "wrong sha256 checksum": lambda server: signed_put(server, told={"x-amz-checksum-sha256": encoded(OTHER)}),
    "wrong crc32": lambda server: signed_put(server, told={"x-amz-checksum-crc32": encoded(OTHER[:4])}),
    "wrong md5": lambda server: signed_put(server, told={"content-md5": encoded(OTHER[:16])}),
    "header beside the signature": lambda server: _with(signed_put(server), {"x-amz-acl": "public-read"}),
}


def _with(request: Request, headers: dict[str, str]) -> Request:
    method, path, old, body = request
    return method, path, old | headers, body


@pytest.mark.parametrize("case", CASES)
def test_the_gate_refuses_what_moto_takes(case, strict, plain):
    for server in (strict, plain):
        server.client().put_object(Bucket=server.bucket, Key="there", Body=BODY)
    assert sent(plain, *CASES[case](plain)) == 200
    assert sent(strict, *CASES[case](strict)) in {400, 403}


def test_what_is_right_passes(strict):
    strict.client().put_object(Bucket=strict.bucket, Key="there", Body=BODY)
    assert sent(strict, *get(presigned(strict))) == 200
    right = {"x-amz-checksum-sha256": encoded(hashlib.sha256(BODY).digest())}
    assert sent(strict, *signed_put(strict, told=right)) == 200


def test_nothing_is_overwritten_where_that_was_asked(strict):
    plain_client = client(strict, KEYS)
    plain_client.put_object(Bucket=strict.bucket, Key="once", Body=BODY, IfNoneMatch="*")
    with pytest.raises(ClientError, match="PreconditionFailed"):
        plain_client.put_object(Bucket=strict.bucket, Key="once", Body=b"another", IfNoneMatch="*")
    assert plain_client.get_object(Bucket=strict.bucket, Key="once")["Body"].read() == BODY
