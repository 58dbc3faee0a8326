"""Making room for members left over: others move, who may move others in turn.

A chain begins with a member without a visit. She takes times that others have; each of them is
placed anew, where there is room, or else again at somebody's expense, a few times over. What was
gained decides whether the chain stays; otherwise everything is put back.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit

from knotenpunkt.planner.cohort.placing.kernels import (
    LENIENT,
    cost_of,
    find_visit,
    keeps_rules,
    lift,
    place,
    take,
)
from knotenpunkt.planner.cohort.pricing.kernels import way

MOST_EVICTED = 5  # by one member
MOST_MOVED = 16  # in a chain
HOPE = 0.3  # what a chain may have lost beyond its gain before it is given up


class Chain(NamedTuple):
    """Who was touched, in order, and what she had before."""

    size: Any  # [1]
    members: Any  # [k]
    plans: Any  # [k, leg, 6]
    counts: Any  # [k] legs she had, 0: not placed
    worth: Any  # [k] what that was worth


@njit(cache=True, nogil=True)
def add_holder(found, known, who) -> int:  # type: ignore[no-untyped-def]
    """Add a member to `found` unless she is there; return how many there are, or -1 if too many."""
    if known < 0 or who < 0:
        return int(known)
    for k in range(known):
        if found[k] == who:
            return int(known)
    if known == found.shape[0]:
        return -1
    found[known] = who
    return int(known) + 1


@njit(cache=True, nogil=True)
def holders(space, books, member, out, count, found) -> int:  # type: ignore[no-untyped-def]
    """Write who has what these legs need into `found`; return how many, or -1 if too many."""
    first, known = space.item_first[member], 0
    for n in range(count):
        pair, day, start = space.item_pair[first + out[n, 0]], out[n, 4], out[n, 5]
        end = start + space.duration[pair]
        for part in range(space.desk_first[out[n, 1]], space.desk_first[out[n, 1] + 1]):
            r = space.desk_resources[part]
            for t in range(start, end + space.buffer[pair]):
                if books.use[r, day, t] >= books.capacity[r]:
                    known = add_holder(found, known, books.owner[r, day, t])
        if out[n, 2] >= 0:
            known = talker_holders(space, books, out[n], end, found, known)
    return known


@njit(cache=True, nogil=True)
def talker_holders(space, books, leg, end, found, known) -> int:  # type: ignore[no-untyped-def]
    """Add who has the interpreter of this leg at its time, or too near to it at another site."""
    r, site, day, start = space.talker_resource[leg[2]], leg[3], leg[4], leg[5]
    longest = 0 if space.talker_remote[leg[2]] else space.travel.max()
    is_remote = space.talker_remote[leg[2]]
    for t in range(max(start - longest, 0), min(end + longest, books.use.shape[2])):
        if is_remote and books.use[r, day, t] < books.capacity[r]:
            continue
        other = books.site[r, day, t]
        before = 0 if is_remote else way(space.travel, other, site)
        after = 0 if is_remote else way(space.travel, site, other)
        if start - before <= t < end + after:
            known = add_holder(found, known, books.owner[r, day, t])
    return int(known)


@njit(cache=True, nogil=True)
def shortfall(served, sizes, floor) -> float:  # type: ignore[no-untyped-def]
    """Return how many members the groups lack to their fair share, in all."""
    total, everyone, missing = served.sum(), sizes.sum(), 0.0
    for g in range(sizes.shape[0]):
        missing += max(0.0, floor * sizes[g] * total / everyone - served[g])
    return missing


@njit(cache=True, nogil=True)
def new_chain(books) -> Any:  # type: ignore[no-untyped-def]
    """Return room for a chain."""
    return Chain(
        np.zeros(1, np.int64),
        np.zeros(MOST_MOVED, np.int64),
        np.zeros((MOST_MOVED, books.plans.shape[1], books.plans.shape[2]), np.int64),
        np.zeros(MOST_MOVED, np.int64),
        np.zeros(MOST_MOVED, np.float64),
    )


@njit(cache=True, nogil=True)
def touch(space, books, chain, member) -> Any:  # type: ignore[no-untyped-def]
    """Add a member to the chain, and take away what she has."""
    k = chain.size[0]
    chain.size[0] += 1
    chain.members[k], chain.counts[k] = member, books.counts[member]
    chain.plans[k] = books.plans[member]
    chain.worth[k] = 0.0
    if books.counts[member]:
        chain.worth[k] = space.member_value[member] - cost_of(space, books, member)
        lift(space, books, member)


@njit(cache=True, nogil=True)
def is_touched(chain, member) -> bool:  # type: ignore[no-untyped-def]
    """Return whether this member is part of the chain."""
    return bool((chain.members[: chain.size[0]] == member).any())


@njit(cache=True, nogil=True)
def push_in(space, books, chain, member, shunned, work, trace) -> Any:  # type: ignore[no-untyped-def]
    """Place a member where others must go; they join the chain. Nobody of the chain goes twice."""
    out = np.empty_like(books.plans[member])
    _, count = find_visit(space, books, LENIENT, member, shunned, work, trace, out)
    if count == 0:
        return
    moved = np.empty(MOST_EVICTED, np.int64)
    many = holders(space, books, member, out, count, moved)
    if many < 0 or chain.size[0] + many > MOST_MOVED:
        return
    for k in range(many):
        if is_touched(chain, moved[k]):
            return
    for k in np.random.permutation(many):
        touch(space, books, chain, moved[k])
    if keeps_rules(space, books, member, out, count) < 0:
        books.plans[member] = out
        books.counts[member] = count
        take(space, books, member, 1)


@njit(cache=True, nogil=True)
def put_back(space, books, chain) -> Any:  # type: ignore[no-untyped-def]
    """Give everyone of the chain what she had before."""
    for k in range(chain.size[0]):
        if books.counts[chain.members[k]]:
            lift(space, books, chain.members[k])
    for k in range(chain.size[0]):
        member = chain.members[k]
        books.plans[member] = chain.plans[k]
        books.counts[member] = chain.counts[k]
        if chain.counts[k]:
            take(space, books, member, 1)


@njit(cache=True, nogil=True)
def gain_of(space, books, chain, served, now) -> float:  # type: ignore[no-untyped-def]
    """Return what the chain has gained, and write who is served by group into `now`."""
    gain = 0.0
    now[:] = served
    for k in range(chain.size[0]):
        member = chain.members[k]
        gain -= chain.worth[k]
        now[space.member_group[member]] -= chain.counts[k] > 0
        if books.counts[member]:
            gain += space.member_value[member] - cost_of(space, books, member)
            now[space.member_group[member]] += 1
    return gain


@njit(cache=True, nogil=True)
def exchange(space, books, chain, member, depth, served, sizes, floor, heat, work, trace) -> Any:  # type: ignore[no-untyped-def]
    """Place a left-over member where others must move, and move them; undo it if that lost."""
    days = books.least.shape[2]
    nobody = np.zeros(days, np.bool_)
    chain.size[0] = 0
    waste = books.waste[0]
    touch(space, books, chain, member)
    head, hopeless = 0, 0.0
    while head < chain.size[0]:
        who = chain.members[head]
        is_placed = head > 0 and place(space, books, who, nobody, work, trace)
        if not is_placed and head < depth:
            shunned = np.random.random(days) < np.random.random() * 0.9
            push_in(space, books, chain, who, shunned, work, trace)
            is_placed = books.counts[who] > 0
        if head == 0:
            if not is_placed:
                break
            hopeless = space.member_value[member] - cost_of(space, books, member) + HOPE
        elif not is_placed:
            hopeless -= chain.worth[head]
            if hopeless < 0:
                put_back(space, books, chain)
                return
        head += 1
    now = np.empty_like(served)
    gain = gain_of(space, books, chain, served, now)
    gain -= books.thrift[0] * (books.waste[0] - waste)
    gain += 0.5 * (shortfall(served, sizes, floor) - shortfall(now, sizes, floor))
    if gain >= 0 or np.random.random() < np.exp(gain / heat):
        served[:] = now
    else:
        put_back(space, books, chain)


@njit(cache=True, nogil=True)
def move_one(space, books, chain, member, work, trace) -> Any:  # type: ignore[no-untyped-def]
    """Give a member a better visit if there is one."""
    chain.size[0] = 0
    nobody = np.zeros(books.least.shape[2], np.bool_)
    waste = books.waste[0]
    touch(space, books, chain, member)
    place(space, books, member, nobody, work, trace)
    is_worse = books.counts[member] == 0
    if not is_worse:
        gain = space.member_value[member] - cost_of(space, books, member) - chain.worth[0]
        is_worse = gain < books.thrift[0] * (books.waste[0] - waste)
    if is_worse:
        put_back(space, books, chain)


@njit(cache=True, nogil=True)
def improve(space, books, seed, trials, depth, chances, sizes, floor, heat, work, trace) -> Any:  # type: ignore[no-untyped-def]
    """Try this many exchanges for members without a visit, and better visits for those with one."""
    np.random.seed(seed)
    served = np.zeros(sizes.shape[0], np.float64)
    members = books.counts.shape[0]
    for member in range(members):
        served[space.member_group[member]] += books.counts[member] > 0
    chain = new_chain(books)
    for _ in range(trials):
        member = np.random.randint(members)
        if books.counts[member] == 0:
            if np.random.random() < chances[member]:
                exchange(
                    space, books, chain, member, depth, served, sizes, floor, heat, work, trace
                )  # fmt: skip
        elif np.random.random() < 0.1:
            move_one(space, books, chain, member, work, trace)
