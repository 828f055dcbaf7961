"""Sets the limits of the program that it then becomes. Run as a script, by path: the caller may
have threads, between whose fork and exec no Python can run safely.

The one argument is JSON: ``limits`` by the names of ``resource``, ``filter`` (base64) with the
place in ``command`` where the number of the open file with it belongs, and ``command``.
"""

from __future__ import annotations

import base64
import json
import os
import resource
import sys


def main() -> None:
    plan = json.loads(sys.argv[1])
    command = plan["command"]
    if plan["filter"]:
        reader, writer = os.pipe()  # a filter is far smaller than what a pipe holds
        os.write(writer, base64.b64decode(plan["filter"]))
        os.close(writer)
        os.set_inheritable(reader, True)
        command[plan["filter_at"]] = str(reader)
    for name, value in plan["limits"].items():
        kind = getattr(resource, name)
        _, most = resource.getrlimit(kind)
        value = value if most == resource.RLIM_INFINITY else min(value, most)
        resource.setrlimit(kind, (value, value))
    try:
        os.execvp(command[0], command)
    except OSError as error:
        sys.exit(f"cannot start {command[0]}: {error.strerror}")


if __name__ == "__main__":
    main()
