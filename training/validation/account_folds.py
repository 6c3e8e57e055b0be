"""Account folds: five parts of the accounts, the same ones in every export.

A fit that evaluates a part has seen the other four, so nobody stands on both sides, and which part
an account is in says nothing about what became of its leads (docs/decisions/0031).
"""

from __future__ import annotations

from leadgate.arrays import Ints

PARTS = 5


def part_of(account_hash: Ints) -> Ints:
    """Return the part of each account, 0 to 4; shape (n,).

    Parameters
    ----------
    account_hash
        Shape (n,), of the ids (`features.history.history.History.account_hash`).
    """
    return account_hash % PARTS
