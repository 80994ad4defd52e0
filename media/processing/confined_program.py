"""Confines this process, then executes a program that can read one file and write one other.

`python -m media.processing.confined_program MEMORY_BYTES CPU_SECONDS OUTPUT_BYTES PROGRAM ARGUMENTS…`: the program may
open its standard input to read, its standard output to write (both as `/proc/self/fd/N`), its libraries, nothing else.
"""

import os
import sys
import traceback

from media.processing import landlock, sandbox

LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache", "/etc/ld.so.conf")


def main(*arguments: str) -> None:
    try:
        _become(*arguments)
    except Exception:  # the machine's fault: nothing has been read yet
        traceback.print_exc()
        os._exit(os.EX_TEMPFAIL)


def _become(memory_bytes: str, cpu_seconds: str, output_bytes: str, program: str, *arguments: str) -> None:
    sandbox.end_with_parent()
    sandbox.yield_to_others()
    landlock.keep_only(runnable=[program, *LIBRARIES], readable=[0], writable=[1])
    sandbox.confine_program(
        memory_bytes=int(memory_bytes), cpu_seconds=int(cpu_seconds), output_bytes=int(output_bytes)
    )
    os.execv(program, [program, *arguments])  # noqa: S606


if __name__ == "__main__":
    main(*sys.argv[1:])
