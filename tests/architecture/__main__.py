"""`python -m tests.architecture`: the rules that can be read from the source, as a pre-commit hook runs them."""

import sys

from tests.architecture.rules import broken_rules
from tests.architecture.source import Project, project_files

if __name__ == "__main__":
    found = broken_rules(Project(project_files()))
    sys.stderr.write("\n".join([*found, ""]) if found else "")
    sys.exit(bool(found))
