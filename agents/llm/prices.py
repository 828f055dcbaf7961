"""What calls cost, by a table of prices that the settings give.

A model that the table does not name has an unknown price, which is None and never zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from proofloop.core.errors import SettingsError
from proofloop.core.task import Usage

if TYPE_CHECKING:  # the settings are slow to import, and only their type is needed
    from proofloop.core.settings import Price

FREE_MODELS = frozenset({"offline"})


def cost(prices: Mapping[str, Price], model: str, usage: Usage) -> float | None:
    """US dollars, or None where the price is unknown."""
    if model in prices:
        price = prices[model]
        sum_ = usage.prompt_tokens * price.input + usage.completion_tokens * price.output
        return sum_ / 1_000_000
    return 0.0 if model in FREE_MODELS else None


def require_price(prices: Mapping[str, Price], model: str) -> None:
    """Raises SettingsError when a limit in dollars could not be kept."""
    if cost(prices, model, Usage()) is None:
        raise SettingsError(
            f"a budget in dollars needs the price of {model}: add a table"
            f' [prices."{model}"] with input and output, in dollars per million tokens'
            " (0 for a server of your own)"
        )
