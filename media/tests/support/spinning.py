"""A module for a confined process that never comes to an end, with a second of CPU time."""

from media.processing import sandbox

sandbox.confine(cpu_seconds=1)
while True:
    pass
