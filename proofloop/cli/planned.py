"""What ``--plan`` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proofloop.cli.output import console, print_json

if TYPE_CHECKING:
    from proofloop.core.verdict import Plan


def show_plan(plan: Plan, as_json: bool) -> None:
    if as_json:
        print_json(plan.model_dump())
    else:
        console().print(in_words(plan), soft_wrap=True)


def in_words(plan: Plan) -> str:
    calls = f"at most {plan.calls:,} calls"
    if plan.least:
        calls = f"at least {plan.least:,} and {calls}"
    words = f"{calls}, about {plan.tokens:,} tokens"
    return f"{words}, {plan.usd:,.2f} US dollars" if plan.usd else words
