"""Two audiences that marketing and sales name by themselves: target accounts and customers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from experiments.alignment.lead_states import LeadStates
from experiments.alignment.overlap import Overlap, overlap_of
from experiments.figures.accounts import Accounts
from experiments.figures.share import Share
from features.history.build import hash_of_ids
from features.parsing.ids import coded_ids
from features.schema.columns import texts
from features.schema.source import read_source
from leadgate.arrays import Bools, Ints, Texts
from leadgate.config import AccountTable, Config
from leadgate.errors import DataError


@dataclass(frozen=True)
class AccountList:
    """A list of accounts, each once: the hash of its id, and its segments by column."""

    account: Ints
    segments: dict[str, Texts]


@dataclass(frozen=True)
class AccountLists:
    """The lists of a configuration; None for one that is not given."""

    targets: AccountList | None
    customers: AccountList | None

    @classmethod
    def of(cls, config: Config) -> AccountLists | None:
        """Read the lists of a configuration; None where it has none.

        Raises
        ------
        DataError
            ``missing_column``, or as `features.schema.source.read_source`.
        """
        data = config.data
        if data.target_accounts is None and data.customers is None:
            return None
        return cls(
            _read(config, data.target_accounts, "target_accounts"),
            _read(config, data.customers, "customers"),
        )


@dataclass(frozen=True)
class Audiences:
    """Marketing's accounts and the customers', as sets: neither is a part of the other.

    Attributes
    ----------
    aimed_named, bought_named
        Whether each is a list of its own; if not, it is the accounts of the leads that were handed
        off, or won.
    hit
        Of marketing's accounts, those that are customers.
    aimed
        Of the customers, those that marketing aimed at.
    common
        Of all accounts of either, those of both.
    mixes
        By segment, where the accounts of both have it.
    """

    aimed_named: bool
    bought_named: bool
    hit: Share
    aimed: Share
    common: Share
    mixes: list[Overlap]


def audiences(
    lists: AccountLists | None, states: LeadStates, segments: list[str]
) -> Audiences | None:
    """Compare the two audiences; None where no list is given."""
    if lists is None:
        return None
    history = states.history
    marketing = lists.targets or _of_leads(states, states.handed_off, segments)
    sales = lists.customers or _of_leads(states, history.won, segments)
    account = np.union1d(marketing.account, sales.account)
    targets, customers = (np.isin(account, side.account) for side in (marketing, sales))
    accounts = Accounts(np.arange(account.size))
    return Audiences(
        aimed_named=lists.targets is not None,
        bought_named=lists.customers is not None,
        hit=accounts.share(customers, targets, "accounts"),
        aimed=accounts.share(targets, customers, "accounts"),
        common=accounts.share(targets & customers, targets | customers, "accounts"),
        mixes=[
            overlap_of(accounts, name, _values(name, account, marketing, sales), targets, customers)
            for name in segments
            if name in marketing.segments and name in sales.segments and customers.any()
        ],
    )


def _read(config: Config, table: AccountTable | None, key: str) -> AccountList | None:
    if table is None:
        return None
    frame = read_source(config, table.path, f"{key}.path").accepted
    if table.key not in frame.columns:
        raise DataError(
            f"data.{key}: there is no column {table.key} in its table.",
            code="missing_column",
            hint=f"Check data.{key}.key in leadgate.toml.",
        )
    ids = coded_ids(frame[table.key], config.data.missing).column()
    segments = [name for name in config.columns.segments if name in frame.columns]
    given = ids != ""
    values = {name: texts(frame, name, config.data)[given] for name in segments}
    return _of_hashes(hash_of_ids(ids[given]), values)


def _of_leads(states: LeadStates, leads: Bools, segments: list[str]) -> AccountList:
    columns = states.history.columns
    named = {name: columns[name][leads] for name in segments if name in columns}
    return _of_hashes(states.history.account_hash[leads], named)


def _of_hashes(hashes: Ints, segments: dict[str, Texts]) -> AccountList:
    """Keep the first row of each account."""
    account, first = np.unique(hashes, return_index=True)
    return AccountList(account, {name: values[first] for name, values in segments.items()})


def _values(name: str, account: Ints, *sides: AccountList) -> Texts:
    """Return a segment of each account, by the first side that says something of it."""
    said = pd.Series("", index=pd.Index(account), dtype=object)
    for side in reversed(sides):
        given = side.segments[name] != ""
        said[side.account[given]] = side.segments[name][given]
    return said.to_numpy(dtype=object)
