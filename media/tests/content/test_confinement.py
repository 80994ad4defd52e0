"""The decoder's process can do nothing but decode: each thing that it must not do is tried in one."""

import errno
import platform
import subprocess
import sys
import tempfile
from typing import Any

import pytest
from django.utils import timezone

from events.models import Delivery
from media.models import Media
from media.processing import photo_process, sandbox
from media.tests.support.originals import original_of
from media.tests.support.photographs import photo, send
from tests.support.outbox import drain

CONFINED = (
    "import os, resource, socket, subprocess, sys; from media.processing import sandbox; "
    "sandbox.confine({limits}); {deed}; print('done')"
)


def attempt(deed: str, limits: str = "") -> tuple[int, str, str]:
    """Status, output and complaints of a confined process that tries something."""
    code = CONFINED.format(deed=deed, limits=limits)
    done = subprocess.run([sys.executable, "-c", code], cwd=sandbox.ROOT, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


def test_harmless_work_goes_through():
    assert attempt("sum(range(1000))")[1] == "done\n"
    assert attempt("resource.getrlimit(resource.RLIMIT_NOFILE)")[1] == "done\n"


@pytest.mark.parametrize(
    "deed",
    [
        "socket.socket()",
        "socket.socketpair()",
        "open('/etc/passwd')",
        "open('/tmp/x', 'w')",
        "os.unlink('/tmp/x')",
        "os.mkdir('/tmp/x')",
        "os.rename('/tmp/x', '/tmp/y')",
        "os.symlink('/tmp/x', '/tmp/y')",
        "os.fork()",
        "os.execv('/bin/true', ['true'])",
        "subprocess.run(['/bin/true'])",
        "os.kill(os.getppid(), 0)",
        "os.chmod('/tmp', 0o777)",
        "resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE)",
    ],
)
def test_forbidden(deed):
    status, out, complaint = attempt(deed)
    assert (status, out) == (1, "")
    assert "PermissionError" in complaint


NUMBERS = {
    "pidfd_open": {"x86_64": 434, "aarch64": 434},
    "pidfd_send_signal": {"x86_64": 424, "aarch64": 424},
    "pidfd_getfd": {"x86_64": 438, "aarch64": 438},
    "rt_sigqueueinfo": {"x86_64": 129, "aarch64": 138},
    "rt_tgsigqueueinfo": {"x86_64": 297, "aarch64": 240},
}


@pytest.mark.parametrize("name", NUMBERS)
def test_no_other_process_is_reached(name):
    """Each with nonsense for arguments, which the kernel would refuse by another error."""
    numbers = NUMBERS[name]
    if platform.machine() not in numbers:
        return  # a machine without a filter: limits and the bare environment are all there is
    call = f"ctypes.CDLL(None, use_errno=True).syscall({numbers[platform.machine()]}, -1, -1, -1, -1)"
    code = f"import ctypes; from media.processing import sandbox; {{confine}}{call}; print(ctypes.get_errno())"
    errors = [
        subprocess.run(
            [sys.executable, "-c", code.format(confine=confine)],
            cwd=sandbox.ROOT, capture_output=True, text=True, timeout=60,
        ).stdout.strip()
        for confine in ("", "sandbox.confine(); ")
    ]  # fmt: skip
    assert errors[0] != str(errno.EPERM), "refused before it was confined: the test would prove nothing"
    assert errors[1] == str(errno.EPERM)


def test_memory_is_bounded():
    assert "MemoryError" in attempt("bytearray(2 * 1024 ** 3)")[2]


def test_time_is_bounded():
    assert attempt("exec('while True: pass')", "cpu_seconds=1")[0] == -24  # SIGXCPU


def test_output_is_bounded(tmp_path):
    code = CONFINED.format(deed="[sys.stdout.buffer.write(bytes(1 << 20)) for _ in range(80)]", limits="")
    with (tmp_path / "out").open("wb") as out:
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=sandbox.ROOT, stdout=out, stderr=subprocess.DEVNULL, timeout=60
        )
    assert done.returncode != 0
    assert (tmp_path / "out").stat().st_size <= sandbox.OUTPUT_BYTES


def test_environment_holds_no_secret(monkeypatch, tmp_path):
    monkeypatch.setenv("PYSTAGRAM_SECRET_KEY", "CANARY")
    monkeypatch.setenv("S3_SECRET_ACCESS_KEY", "CANARY")
    module = sandbox.ROOT / "media" / "tests" / "support" / "showing_environment.py"
    with tempfile.TemporaryFile() as nothing, tempfile.TemporaryFile() as answer:
        sandbox.run(f"media.tests.support.{module.stem}", [], nothing, answer)
        answer.seek(0)
        shown = answer.read()
    assert b"PATH" in shown
    assert b"CANARY" not in shown


def test_one_that_takes_too_long_is_ended(client_for, alice, monkeypatch):
    monkeypatch.setattr(photo_process, "__name__", "media.tests.support.spinning")  # no decoder of today does
    address = send(client_for(alice), photo())["Location"]
    drain()
    assert client_for(alice).get(address).json()["error"]["code"] == "took_too_long"
    assert original_of(client_for(alice), f"{address}") == photo()


def test_one_that_crashes_takes_nobody_along(client_for, alice, monkeypatch):
    monkeypatch.setattr(sandbox, "run", _crash)  # no decoder of today crashes on demand
    address = send(client_for(alice), photo())["Location"]
    drain()
    Media.objects.update(retry_at=None)  # the pause is over
    Delivery.objects.filter(done_at=None).update(lease_until=timezone.now())
    drain()
    assert client_for(alice).get(address).json()["error"]["code"] == "decoder_crashed"


def _crash(*_: Any) -> None:
    raise sandbox.Crashed("status -11")


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"nonsense\n",
        b"[]\n",
        b"{}\n",
        b'{"error": "no such reason"}\n',
        b'{"width": 1, "height": 1, "blurhash": "x", "pictures": [["../../etc/passwd", 1, 1, 3]]}\nabc',
        b'{"width": 1, "height": 1, "blurhash": "x", "pictures": [["w320.webp", 1, 1, 999]]}\nabc',
        b'{"width": 1, "height": 1, "blurhash": "x", "pictures": [["w320.webp", 1, 1, -1]]}\nabc',
        b'{"width": "x", "height": 1, "blurhash": "x", "pictures": []}\n',
    ],
)
def test_the_child_is_not_believed(answer, monkeypatch):
    def run(module: str, arguments: Any, source: Any, target: Any, tick: Any) -> None:
        target.write(answer)

    monkeypatch.setattr(sandbox, "run", run)  # a decoder taken over by its file would answer anything
    with tempfile.TemporaryFile() as file, pytest.raises((photo_process.ProcessingError, sandbox.Crashed)):
        photo_process.make_renditions(file, "image/jpeg", 1000)
