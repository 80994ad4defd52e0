"""Start every service of docker-compose.yml by hand, use them through the proxy, and print what was found."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.support.rehearsal import Rehearsal, rehearsal
from tests.support.stack_run import eventually


def use(running: Rehearsal) -> list[str]:
    """People register, upload, post and read; the doctor looks at the lot."""
    world = running.world()
    world.populate()
    posts = world.published()
    if not eventually(lambda: world.shows(posts)):
        raise SystemExit("The post is not in the follower's feed.")
    doctor = running.call("api", ["python", "manage.py", "doctor"])
    if doctor.returncode:
        raise SystemExit(doctor.stdout + doctor.stderr)
    return ["registered, uploaded, posted and read through the proxy", *doctor.stdout.splitlines()]


def main() -> None:
    with rehearsal() as running:
        said = use(running)
        running.note_memory()
        rows = [f"{row.name:<14} {row.healthy:<22} {row.held:<16} {row.how}" for row in running.rows]
        held = "read-only, without rights of root or new ones, bounded" if running.confinements else "not possible here"
        rows.append(f"held as Compose holds them (ours and the proxy): {held}")
    sys.stdout.write("\n".join([*rows, "seaweedfs      replaced by the S3 emulator behind its gate", *said]) + "\n")


if __name__ == "__main__":
    main()
