"""Forms that lost their condition, and those that never had one."""

from __future__ import annotations

from typing import Any

import pytest

from proofloop.tools.entailment.form import read_form
from proofloop.tools.entailment.unconditional import drops_condition
from support.entailment import all_are, event, is_, no


def everything(body: dict[str, Any]) -> dict[str, Any]:
    return {"op": "all", "var": "x", "body": body}


def some(body: dict[str, Any]) -> dict[str, Any]:
    return {"op": "some", "var": "x", "body": body}


@pytest.mark.parametrize(
    ("text", "form", "drops"),
    [
        ("All cats are pets.", everything(is_("pet", "x")), True),
        ("No cat is a stone.", everything(no(is_("stone", "x"))), True),
        ("No cat is a stone.", no(some(is_("stone", "x"))), True),
        ("Cats sleep and eat.", everything({"op": "and", "parts": [is_("asleep", "x")]}), True),
        ("Cats see cats.", everything(event("see", agent="x", patient="x")), True),
        ("All cats are pets.", all_are("cat", "pet"), False),
        ("Everything is a pet.", everything(is_("pet", "x")), False),
        ("There is no unicorn.", no(some(is_("unicorn", "x"))), False),
        ("Tom likes all cats.", everything(event("like", agent="tom", patient="x")), False),
        ("Tom is a cat.", is_("cat", "tom"), False),
        ("Some cat is a pet.", some(is_("pet", "x")), False),
        ("It is a cat or a dog.", everything({"op": "or", "parts": [is_("cat", "x")]}), False),
    ],
)
def test_what_is_said_of_everything_has_to_be_meant_so(
    text: str, form: dict[str, Any], drops: bool
) -> None:
    assert drops_condition(text, read_form(form)) is drops
