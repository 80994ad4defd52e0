"""`python -m devtools.stack`: `up` runs everything, `with -- CMD` a command beside throw-away servers."""

import argparse
import signal
import subprocess
import sys

from devtools.stack.errors import StackError
from devtools.stack.state import forget_state
from devtools.stack.supervisor import Supervisor
from devtools.stack.terminal import complain
from devtools.stack.throwaway import in_environment, throwaway_servers


def run_beside_servers(command: list[str]) -> int:
    """Run a command with the environment of throw-away servers; its exit code."""
    with throwaway_servers() as environment, in_environment(environment):
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            return subprocess.run(command, check=False).returncode
        except KeyboardInterrupt:
            return 130
        except FileNotFoundError:
            raise StackError(f"{command[0]}: no such command") from None


def parse(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m devtools.stack")
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="start everything and stay in front; Ctrl-C stops it")
    up.add_argument("--only-servers", action="store_true", help="PostgreSQL and Valkey alone")
    up.add_argument("--no-demo", action="store_true", help="an empty world the first time, too")
    beside = commands.add_parser("with", help="run a command beside throw-away servers")
    beside.add_argument("argv", nargs="+", metavar="-- COMMAND")
    commands.add_parser("forget", help="remove this checkout's state: data, media, logs")
    return parser.parse_args(argv)


def run(options: argparse.Namespace) -> int:
    if options.command == "up":
        return Supervisor(only_servers=options.only_servers, demo=not options.no_demo).run()
    if options.command == "forget":
        forget_state()
        return 0
    return run_beside_servers(options.argv)


def main(argv: list[str] | None = None) -> int:
    """The exit code: 0, 1 with one line on stderr, or that of the command run."""
    try:
        return run(parse(argv))
    except StackError as error:
        complain(str(error), error.tail)
    except BlockingIOError:
        complain("a killed run is still being cleared away; try again in a moment.", [])
    except OSError as error:
        complain(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}", [])
    return 1


if __name__ == "__main__":
    sys.exit(main())
