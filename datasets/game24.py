"""Game of 24: whether an expression makes 24 from exactly the four numbers, each used once."""

from __future__ import annotations

import ast
import re
from collections import Counter
from fractions import Fraction

LONGEST = 200
_OPERATORS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}


def expression_of(answer: str) -> str:
    """The expression in a recorded answer: after the last "Answer:", before "=". "" if none."""
    _, found, rest = answer.rpartition("Answer:")
    if not found or not rest.strip():
        return ""
    text = rest.strip().splitlines()[0].split("=")[0].strip()
    return text if re.search(r"\d", text) else ""


def makes_24(expression: str, puzzle: str) -> bool:
    """Exact arithmetic; False for what is no expression of + - * / over the puzzle's numbers."""
    tree = parsed(expression)
    if tree is None:
        return False
    try:
        value = evaluated(tree)
    except (ValueError, ZeroDivisionError):
        return False
    return value == 24 and Counter(numbers(tree)) == Counter(map(int, puzzle.split()))


def canonical(expression: str) -> str:
    """The expression without needless brackets and with the operands of + and * in order, so that
    the same computation is the same text; the text itself where it cannot be read."""
    tree = parsed(expression)
    return " ".join(expression.split()) if tree is None else written(tree)


def parsed(expression: str) -> ast.expr | None:
    if len(expression) > LONGEST:
        return None
    text = expression.replace("×", "*").replace("÷", "/")
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def evaluated(tree: ast.expr) -> Fraction:
    """Raises ValueError for anything but the four operations on integers."""
    match tree:
        case ast.Constant(value=int(value)) if not isinstance(value, bool):
            return Fraction(value)
        case ast.BinOp(left=left, op=op, right=right):
            a, b = evaluated(left), evaluated(right)
            match op:
                case ast.Add():
                    return a + b
                case ast.Sub():
                    return a - b
                case ast.Mult():
                    return a * b
                case ast.Div():
                    return a / b
    raise ValueError("no arithmetic")


def numbers(tree: ast.expr) -> list[int]:
    found = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return [value for value in found if isinstance(value, int)]


def written(tree: ast.expr) -> str:
    match tree:
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            sides = [written(left), written(right)]
            if isinstance(op, ast.Add | ast.Mult):
                sides.sort()
            return f"({sides[0]} {_OPERATORS[type(op)]} {sides[1]})"
    return ast.unparse(tree)
