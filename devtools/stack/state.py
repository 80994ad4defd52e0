"""The state folder of a checkout, its lock, and the folder of the servers' data."""

import errno
import fcntl
import hashlib
import os
import re
import shutil
import tempfile
from pathlib import Path

from devtools.stack.errors import StackError
from devtools.stack.privileges import Account, can_run, default_account, is_root, own_folder, owner_account

CHECKOUT = Path(__file__).resolve().parent.parent.parent
STATE = Path(os.environ.get("PYSTAGRAM_VAR", CHECKOUT / "var")).absolute()
ENVIRONMENT_FILE = STATE / "stack.env"
SHORT_FOLDER = Path("/tmp")  # noqa: S108 - what is made in it is 0700 and checked to be our own
SYSTEM_STATE = Path("/var/lib/pystagram")
# The kernel's limit on a Unix socket's path, less the longest name used in the folder.
SOCKET_FOLDER_LIMIT = 107 - len("/.s.PGSQL.5432.lock")
LEAST_FREE_MB = 200
# What a path may hold and still stand unescaped in every kind of URL.
PLAIN_PATH = re.compile(r"[A-Za-z0-9/._+-]+")


def open_state() -> Path:
    """The state folder, made at first use. As root it stays accessible to the servers' account."""
    STATE.mkdir(mode=0o711 if is_root() else 0o700, exist_ok=True)
    (STATE / "log").mkdir(mode=0o700, exist_ok=True)
    return STATE


def empty_temporary_folder() -> Path:
    """The temporary folder of pystagram's own processes; leftovers of killed ones are removed."""
    folder = STATE / "tmp"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    return folder


def lock_state() -> int:
    """Lock the state folder for this run; the lock is held until the last process with the descriptor ends.

    Raises StackError when another run holds it, BlockingIOError while a killed one is being cleared away.
    """
    path = STATE / "stack.lock"
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(lock, 32).decode(errors="replace").strip()
        os.close(lock)
        if _lives(holder):
            raise StackError(f"pystagram already runs here (process {holder}); stop that first.") from None
        raise
    os.ftruncate(lock, 0)
    os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
    return lock


def _lives(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except OSError as error:
        return error.errno == errno.EPERM
    return True


def servers_home() -> tuple[Path, Account | None]:
    """The folder of the embedded servers' data and the account they run as.

    Usually `var/servers`. As root in a clone that the account cannot enter (inside root's home, say), that
    is a link to a folder of the system. Its name is new with each state folder: where one was deleted by hand,
    its database does not come back without its media.
    """
    link = STATE / "servers"
    if link.exists():
        home, account = link.resolve(), owner_account(link.resolve())
        if not can_run(account, home.parent):
            raise StackError(f"{account.name if account else 'This account'} can no longer enter {home.parent}.")
        return own_folder(home, account), account
    account = default_account()
    if can_run(account, STATE):
        return own_folder(link, account), account
    SYSTEM_STATE.mkdir(mode=0o755, parents=True, exist_ok=True)
    if not link.is_symlink():
        link.symlink_to(tempfile.mkdtemp(prefix=f"{_mark(STATE)}-", dir=SYSTEM_STATE))
    home = link.readlink()
    return own_folder(home, account), account


def socket_folder(home: Path, account: Account | None) -> Path:
    """A private folder for the sockets: in the servers' home, or a short one where that path would not do."""
    folder = home / "run"
    if len(os.fsencode(folder)) > SOCKET_FOLDER_LIMIT or not PLAIN_PATH.fullmatch(str(folder)):
        folder = SHORT_FOLDER / f"pystagram-{_mark(home)}"
    return own_folder(folder, account)


def _mark(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def write_environment(values: dict[str, str]) -> None:
    """Publish the servers' addresses to commands in other terminals (settings.py reads them as defaults).

    For the state folder's owner alone: one's own DATABASE_URL has a password in it.
    """
    half = ENVIRONMENT_FILE.with_suffix(".new")
    half.unlink(missing_ok=True)
    with open(half, "x", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        if is_root():
            owner = STATE.stat()
            os.fchown(file.fileno(), owner.st_uid, owner.st_gid)
        file.write("".join(f"{key}={value}\n" for key, value in values.items()))
    half.replace(ENVIRONMENT_FILE)


def check_room() -> None:
    """Raises StackError when the disk is about to be full: a database that runs into it is worse."""
    free = shutil.disk_usage(STATE).free // 2**20
    if free < LEAST_FREE_MB:
        raise StackError(f"Only {free} MB are free on the disk of {STATE}; pystagram needs {LEAST_FREE_MB}.")


def forget_state() -> None:
    """Remove all state of this checkout: the servers' data, media, logs. Raises StackError while it is in use."""
    if not (STATE / "stack.lock").exists():
        return
    lock = lock_state()
    if (STATE / "servers").is_symlink():
        shutil.rmtree((STATE / "servers").resolve(), ignore_errors=True)
    shutil.rmtree(STATE)
    os.close(lock)
