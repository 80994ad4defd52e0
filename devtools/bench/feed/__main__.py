"""`python -m devtools.bench.feed JSON FOLDER`: what `manage.py bench feed` starts, once it has read its options.

A process of its own, because settings are read once: here, when the stack to be measured is up, from its environment.
"""

import json
import os
import signal
import sys
from pathlib import Path

import django
from django.utils.module_loading import import_string

from devtools.bench.feed.errors import BenchError
from devtools.bench.feed.stack import Stack, environment


def main(options: str, folder: str) -> int:
    """0; 3 if the machine was too noisy for a figure to mean something."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    stack = Stack(Path(folder))
    os.environ.clear()
    os.environ.update(environment(stack.folder, stack.port))
    try:
        stack.start()
        django.setup()
        import_string("devtools.bench.feed.runner.run")(stack, json.loads(options))
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return error.code
    except KeyboardInterrupt:
        return 130
    finally:
        stack.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
