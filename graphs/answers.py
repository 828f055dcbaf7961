"""What methods that count votes take for an answer, and which answers are the same to them."""

from __future__ import annotations

import ast
from collections.abc import Callable

from proofloop.core.errors import InputError, SettingsError
from proofloop.core.same import IDENTICAL, AnswerSettings, Same
from proofloop.graphs.context import DEFAULT_HEADER, Context
from proofloop.tools.answers.extract import final_answer, last_block
from proofloop.tools.answers.same import SameAnswers
from proofloop.tools.code.same import SameBehaviour
from proofloop.tools.lean.equivalence.same import SameStatements
from proofloop.tools.lean.text import split_statement


def kind_of(chosen: AnswerSettings) -> str:
    if chosen.same != "auto":
        return chosen.same
    return "code" if chosen.calls else "math"


def reader(context: Context) -> Callable[[str], str]:
    """Takes the answer out of a solution; "" is none."""
    match kind_of(context.answers):
        case "code":
            return program_of
        case "lean":
            return statement_of
    return final_answer


def sameness(context: Context) -> Same:
    """Raises SettingsError for programs without calls to compare them on."""
    chosen = context.answers
    match kind_of(chosen):
        case "code":
            return SameBehaviour(*calls_of(chosen.calls))
        case "lean":
            return SameStatements(context.lean, DEFAULT_HEADER)
        case "text":
            return IDENTICAL
    return SameAnswers(algebra=context.algebra)


def program_of(solution: str) -> str:
    return last_block(solution, ("python", "py", ""))


def statement_of(solution: str) -> str:
    """The theorem header in the last Lean block; what stands before it is not read."""
    try:
        return split_statement(last_block(solution, ("lean", "lean4"))).text
    except InputError:
        return ""


def calls_of(calls: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The one function that is called, and the texts of the tuples of its arguments. Raises
    SettingsError."""
    if not calls:
        raise SettingsError("programs are compared by calls: give --call 'f(2, [3])'")
    names, inputs = set(), []
    for text in calls:
        try:
            match ast.parse(text.strip(), mode="eval").body:
                case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                    names.add(name)
                    values = tuple(ast.literal_eval(argument) for argument in arguments)
                    inputs.append(repr(values))
                    continue
        except (SyntaxError, ValueError, TypeError, MemoryError, RecursionError):
            pass
        raise SettingsError(f"--call {text!r}: no call with literal arguments, as f(2, [3])")
    if len(names) > 1:
        raise SettingsError(f"--call: one function, not {' and '.join(sorted(names))}")
    return names.pop(), tuple(inputs)
