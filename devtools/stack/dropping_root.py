"""`make run` by root: the state folder goes to an account without root's rights, and so does everything that runs."""

import compileall
import os
import re
import stat
import sys
from pathlib import Path

from devtools.stack.privileges import Account, become, can_run, can_run_python, owner_account
from devtools.stack.state import CHECKOUT, STATE
from devtools.stack.terminal import say


def drop_root() -> None:
    """Go on as the account if it can run everything; else, as one line says, only the servers will run as it does."""
    account = account_for_root()
    if account is None:
        return
    if obstacle := closed_to(account):
        os.chown(STATE, 0, 0)  # what is written now is root's, to be handed over by a later start
        say(f"pystagram: `{account.name}` cannot enter {obstacle}, so pystagram's own processes run as root")
        return
    hand_over(account)
    compile_checkout()
    become(account)
    say(f"pystagram: started by root, all of it runs as `{account.name}`, to whom {STATE} belongs")


def account_for_root() -> Account | None:
    """The owner of the state folder or, where that is root, of the servers' data, made or to be made.

    None for an ordinary user, who has nothing to drop.
    """
    servers = STATE / "servers"
    if STATE.stat().st_uid == 0 and servers.exists():
        return owner_account(servers.resolve())
    return owner_account(STATE)


def closed_to(account: Account) -> Path | None:
    """What keeps the account from running pystagram's own processes: a folder, or the interpreter."""
    for folder in (CHECKOUT, STATE):
        if not can_run(account, folder):
            return folder
    return None if can_run_python(account, CHECKOUT / "manage.py") else Path(sys.executable).resolve()


def hand_over(account: Account) -> None:
    """Give the account what is root's in the state folder. The folder comes last, so that an interrupted call is made
    anew. A file with several names is left alone: one of them may be somebody else's."""
    if STATE.stat().st_uid != 0:
        return
    for _, folders, files, handle in os.fwalk(STATE):
        for name in (*folders, *files):
            found = os.stat(name, dir_fd=handle, follow_symlinks=False)
            if found.st_uid == 0 and (found.st_nlink == 1 or stat.S_ISDIR(found.st_mode)):
                os.chown(name, account.uid, account.gid, dir_fd=handle, follow_symlinks=False)
    os.chown(STATE, account.uid, account.gid)


def compile_checkout() -> None:
    """Write the byte code that the account may not write: each of its processes would compile all at each start."""
    if not sys.dont_write_bytecode:
        for package in CHECKOUT.glob("*/__init__.py"):
            compileall.compile_dir(package.parent, quiet=2, rx=re.compile("/tests/"))
