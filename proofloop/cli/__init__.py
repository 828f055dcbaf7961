"""The command line. Commands import what they need when they run: ``--help`` stays quick."""

from __future__ import annotations

import json
import sys
from typing import NoReturn

from proofloop.core.errors import InputError, ProofloopError

INTERRUPTED = 130


def main() -> None:
    """The ``proofloop`` command. Exit codes: 0 accepted or done, 1 not accepted or failed,
    2 user error, 3 no working Lean, 130 interrupted."""
    try:
        from proofloop.cli.app import app  # takes a while, in which Ctrl-C may come

        app()
    except ProofloopError as error:
        fail(error)
    except PermissionError as error:  # of a file in whatever place
        fail(InputError(error.strerror or "not allowed", file=error.filename))
    except KeyboardInterrupt:
        print("proofloop: interrupted", file=sys.stderr)
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)


def fail(error: ProofloopError) -> NoReturn:
    """Tells the error in a line (and its hint), with ``--json`` as JSON too, and ends."""
    if "--json" in sys.argv:
        print(json.dumps({"error": str(error), "type": type(error).__name__}))
    hint = [error.hint] if error.hint else []
    print(f"proofloop: {error}", *hint, sep="\n", file=sys.stderr)
    sys.exit(error.exit_code)
