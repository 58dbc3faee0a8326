"""Negative controls of the rules N01..N55: the fault is planted, and the rule's test must fail.

`consent_rules.json` names for each rule its test and its control: one of these, or another test.
"""

from __future__ import annotations

import datetime as dt
import inspect
import json
import os
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError
from django.db.models import Exists, OuterRef, Q, QuerySet

from knotenpunkt.casework.actions import conferences as conference_actions
from knotenpunkt.casework.errors import IllegalStep
from knotenpunkt.casework.models import Referral
from knotenpunkt.casework.queries import conferences as conference_queries
from knotenpunkt.casework.queries import referrals as referral_queries
from knotenpunkt.evaluation import waits
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Account, Network
from knotenpunkt.people import retention, rules
from knotenpunkt.people import subject_access as access
from knotenpunkt.people.actions import (
    disclosing,
    merge_persons,
    releasing,
    withdraw_consent,
    write_item,
)
from knotenpunkt.people.actions import keeping as keeping_actions
from knotenpunkt.people.actions import sharing as sharing_actions
from knotenpunkt.people.ages import Age
from knotenpunkt.people.errors import Fault, MayNotShare
from knotenpunkt.people.models import Grant, Item, Person, ReadEntry
from knotenpunkt.people.queries import grants_to, items_visible_to, possible_duplicates
from knotenpunkt.people.queries import sharing as sharing_queries
from knotenpunkt.people.signals import grants_ended
from knotenpunkt.web.desk.persons import sharing_views
from knotenpunkt.web.desk.persons import views as person_views
from knotenpunkt.web.public import mine_views
from tests.casework import conftest as casework
from tests.casework import test_conferences as conferences
from tests.casework import test_referrals as referrals
from tests.consent import test_disclosures as disclosures
from tests.consent import test_grants as grants
from tests.consent import test_keeping as keeping
from tests.consent import test_merging as merging
from tests.consent import test_pages as pages
from tests.consent import test_read_log as reading
from tests.consent import test_rules as ruling
from tests.consent import test_wall as wall
from tests.consent.conftest import without_wall
from tests.evaluation import test_waits as evaluated
from tests.newcomers import test_rights as newcomers

# The fixtures that those tests ask for.
officer, twin, desk = keeping.officer, merging.twin, pages.desk
prepared, reachable = disclosures.prepared, disclosures.reachable
named, yes, anonymous = conferences.named, conferences.yes, conferences.anonymous
office = evaluated.office
recipient, draft, drafted = casework.recipient, casework.draft, casework.drafted
consent, sent, from_the_desk = casework.consent, casework.sent, newcomers.from_the_desk


@dataclass(frozen=True)
class Planted:
    """A fault: `where.name` is replaced by `fault`; `test` runs with `given` and must fail."""

    test: Callable[..., None]
    where: Any
    name: str
    fault: Any
    given: dict[str, Any] = field(default_factory=dict)


def nothing(*_args: object, **_kwargs: object) -> list[Any]:
    return []


def everything(*_args: object, **_kwargs: object) -> Q:
    return Q()


def deaf_to_categories(account: Account, **_more: Any) -> QuerySet[Item]:
    any_grant = Exists(grants_to(account).filter(subject=OuterRef("subject")))
    return Item.objects.filter(Q(pk__in=items_visible_to(account).values("pk")) | Q(any_grant))


def to_the_whole_house(account: Account, purpose: str = "") -> QuerySet[Grant]:
    return Grant.objects.filter(recipient_team__organization=account.staff_member.organization)


def forgets_what_was_read(**given: Any) -> None:
    withdraw_consent(**given)
    ReadEntry.objects.all().delete()


def lets_listeners_refuse(**told: Any) -> None:
    grants_ended.send(Grant, **told)


def asks_guardians_of_everybody(*_args: object) -> list[Fault]:
    return [Fault.GUARDIAN_NEEDED]


def other_words(version: str) -> dict[str, Any]:
    return {"uk": SimpleNamespace(hash=version)}


def hands_out_all(person: Person, account: Account) -> Any:
    bodies = [{"Text": it.body} for it in Item.objects.filter(subject=person)]
    found = access.subject_access(person, account)
    return replace(found, rows={**found.rows, "people.Item": bodies})


def portable_assessments(person: Person, _shown: object) -> dict[str, Any]:
    items = Item.objects.filter(subject=person)
    return {
        "person": {"given_name": person.given_name},
        "items": [{"category": it.category, "text": it.body} for it in items],
    }


def reads_without_log(*, person: Person, by: Account) -> list[Item]:
    return list(items_visible_to(by).filter(subject=person))


def merges_alone(person: Person, *, for_account: Account) -> list[Person]:
    found = possible_duplicates(person, for_account=for_account)
    merge_persons(kept=found[0], other=person, by=for_account)
    return found


def merges_items_too(*, kept: Person, other: Person, by: Account) -> None:
    merge_persons(kept=kept, other=other, by=by)
    Item.objects.filter(subject=other).update(subject=kept)


def never_risky(*, endangers_service: bool, **more: Any) -> Item:
    return write_item(**more)


def adults_are_open(_me: object) -> Q:
    return Q(subject__birth_date__lte=clock.today() - dt.timedelta(days=18 * 365 + 5))


def case(which: list[tuple[Any, ...]], fault: str, names: str) -> dict[str, Any]:
    """Return the row of a parametrized test that ends in this fault, by its names."""
    row = next(it for it in which if fault in it[-1])
    return dict(zip(names.split(), row, strict=True))


WHO, TEXT, TERM = "born signature faults", "more faults", "more fault"
REFUSAL = SimpleNamespace(_meta=SimpleNamespace(fields=[SimpleNamespace(name="refused_at")]))
PLANTED: dict[str, Planted] = {
    "N03": Planted(grants.test_no_listener_can_stop_a_withdrawal,
                   sharing_actions, "_tell_others", lets_listeners_refuse),
    "N04": Planted(newcomers.test_what_was_said_at_the_desk_is_taken_back_with_one_button,
                   mine_views, "withdraw_consent", nothing),
    "N05": Planted(ruling.test_n05_what_was_read_before_stays_in_the_log,
                   ruling, "withdraw_consent", forgets_what_was_read),
    "N06": Planted(grants.test_a_grant_ends_by_itself, sharing_queries, "living", everything),
    "N07": Planted(grants.test_a_consent_needs_a_recipient_and_an_end_within_a_year,
                   rules, "faults_of_end", nothing),
    "N08": Planted(grants.test_vague_terms_are_refused, rules, "_faults_of_contents", nothing,
                   case(grants.REFUSED, "category_outside_purpose", TERM)),
    "N09": Planted(grants.test_a_grant_hands_exactly_these_categories_to_exactly_this_person,
                   grants, "items_visible_to", deaf_to_categories),
    "N12": Planted(grants.test_vague_terms_are_refused, rules, "_faults_of_contents", nothing,
                   case(grants.REFUSED, "special_category", TERM)),
    "N13": Planted(ruling.test_n13_a_release_names_people, releasing, "StaffMember", object),
    "N14": Planted(ruling.test_n14_a_release_ends_when_one_of_both_leaves,
                   sharing_queries, "_entrusted_to", everything, {"leaver": "st-ki03"}),
    "N15": Planted(ruling.test_n15_entrusted_things_are_seen_by_their_author_alone,
                   sharing_queries, "_entrusted_to", everything),
    "N16": Planted(ruling.test_n16_nothing_is_passed_on,
                   sharing_actions, "persons_visible_to", lambda _by: Person.objects.all()),
    "N17": Planted(grants.test_a_team_is_its_members,
                   sharing_queries, "grants_to", to_the_whole_house),
    "N19": Planted(disclosures.test_n19_only_exact_fields_leave_by_four_eyes_and_she_is_told,
                   disclosing, "_tell", lambda _given: True),
    "N20": Planted(ruling.test_who_may_say_yes, rules, "_faults_of_giver", nothing,
                   case(ruling.AGES, "guardian_needed", WHO)),
    "N21": Planted(ruling.test_who_may_say_yes,
                   rules, "_faults_of_giver", asks_guardians_of_everybody,
                   dict(zip(WHO.split(), ruling.AGES[6], strict=True))),
    "N22": Planted(ruling.test_who_may_say_yes, rules, "_faults_of_giver", nothing,
                   case(ruling.AGES, "understanding_not_noted", WHO)),
    "N23": Planted(ruling.test_who_may_say_yes, rules, "_faults_of_giver", nothing,
                   dict(zip(WHO.split(), ruling.AGES[7], strict=True))),
    "N24": Planted(ruling.test_explained_so_that_she_understands,
                   rules, "faults_of_explanation", nothing,
                   case(ruling.EXPLANATIONS, "foreign_language", TEXT)),
    "N25": Planted(ruling.test_n25_an_interpreter_is_no_recipient,
                   rules, "_faults_of_recipient", nothing),
    "N26": Planted(ruling.test_explained_so_that_she_understands,
                   rules, "faults_of_explanation", nothing,
                   case(ruling.EXPLANATIONS, "relative_interprets", TEXT)),
    "N27": Planted(ruling.test_n27_a_no_leaves_no_trace, ruling, "Person", REFUSAL),
    "N28": Planted(ruling.test_n28_every_text_says_what_happens_after_a_no,
                   rules, "_faults_of_text", nothing),
    "N30": Planted(ruling.test_n30_the_words_she_agreed_to_are_pinned,
                   ruling, "texts_of", other_words),
    "N31": Planted(conferences.test_an_anonymous_conference_is_refused_what_identifies,
                   conference_actions, "require_anonymous", nothing),
    "N32": Planted(conferences.test_a_named_conference_needs_everybody,
                   conference_actions, "uncovered", nothing),
    "N33": Planted(conferences.test_a_guest_of_a_named_conference_without_grant_sees_nothing,
                   conference_queries, "uncovered", nothing),
    "N34": Planted(conferences.test_who_loses_the_grant_later_keeps_the_own_tasks_alone,
                   conference_queries, "grants_to", lambda _me, **_more: Grant.objects.all()),
    "N35": Planted(keeping.test_n35_subject_access_is_complete, access, "_reads", nothing),
    "N36": Planted(keeping.test_n36_facts_about_others_are_withheld_and_counted,
                   keeping, "subject_access", hands_out_all),
    "N37": Planted(keeping.test_n37_only_what_she_gave_herself_can_be_taken_along,
                   access, "_portable", portable_assessments),
    "N38": Planted(keeping.test_n38_erasure_ends_sharing_and_seals_what_a_duty_keeps,
                   keeping_actions, "end_grants", nothing),
    "N39": Planted(keeping.test_n39_a_hold_keeps_a_file_says_why_and_ends_by_itself,
                   retention, "all_persons_due", lambda: Person.objects.order_by("pk")),
    "N40": Planted(keeping.test_n40_a_run_that_did_not_happen_turns_the_page_red,
                   retention, "ALARM_AFTER", dt.timedelta(days=30)),
    "N41": Planted(reading.test_no_entry_no_answer,
                   reading, "open_shared_items", reads_without_log),
    "N43": Planted(evaluated.test_fewer_than_five_are_not_shown, waits, "LEAST_COUNT", 1),
    "N44": Planted(pages.test_the_sender_sees_what_the_recipient_will_see,
                   sharing_views, "_handed_over", nothing),
    "N46": Planted(ruling.test_n46_a_search_learns_nothing_of_others,
                   person_views, "persons_visible_to", lambda _by: Person.objects.all()),
    "N47": Planted(merging.test_the_twin_is_proposed_and_never_merged_alone,
                   merging, "possible_duplicates", merges_alone),
    "N48": Planted(merging.test_a_merge_widens_nothing_and_parting_restores_all,
                   merging, "keep_apart", nothing),
    "N49": Planted(merging.test_a_merge_widens_nothing_and_parting_restores_all,
                   merging, "merge_persons", merges_items_too),
    "N50": Planted(ruling.test_n50_a_partner_that_leaves_sees_nothing,
                   sharing_queries, "_may_receive", lambda _member: True),
    "N51": Planted(referrals.test_late_answers_show_on_both_sides_without_the_person,
                   referral_queries, "late_referrals", lambda _by: Referral.objects.none()),
    "N52": Planted(ruling.test_n52_what_endangers_the_help_is_not_shared_by_law,
                   ruling, "write_item", never_risky),
    "N54": Planted(ruling.test_n54_birthdays_widen_nothing,
                   sharing_queries, "_own_file", adults_are_open),
    "N55": Planted(ruling.test_n55_a_birth_date_known_in_part_is_an_interval,
                   ruling, "age_of", lambda _person, _day: Age(47, 47),
                   {"born": "1979-07-09", "precision": "year", "age": Age(47, 48)}),
}  # fmt: skip
# What the database itself guards: (table, trigger, constraint or wall, test, given).
DROPPED: dict[str, tuple[str, str, Callable[..., None], dict[str, Any]]] = {
    "N10": ("people_grant", "a_grant_names_categories",
            grants.test_the_database_refuses_what_the_action_refuses,
            {"change": {"categories": ["all"]}, "constraint": "a_grant_names_categories"}),
    "N11": ("people_grant", "TRIGGER people_grant_is_lawful", ruling.test_n11_prior_only, {}),
    "N18": ("people_grant", "TRIGGER people_grant_is_lawful",
            grants.test_the_immigration_office_receives_nothing_even_from_the_database, {}),
    "N29": ("people_consent", "a_consent_on_paper_can_be_found",
            ruling.test_n29_a_paper_can_be_found, {}),
    "N45": ("people_consent", "ROW LEVEL SECURITY",
            wall.test_n45_the_paper_of_a_consent_stays_with_the_house_that_asked, {}),
    "N53": ("people_grant", "a_grant_names_purposes",
            grants.test_the_database_refuses_what_the_action_refuses,
            {"change": {"purposes": ["sanction"]}, "constraint": "a_grant_names_purposes"}),
}  # fmt: skip
# A test fails by itself, or because the next guard refuses instead of the one it expects.
SEEN_AS = (
    AssertionError, pytest.fail.Exception, IntegrityError, MayNotShare, IllegalStep, ValueError,
)  # fmt: skip


def fails(test: Callable[..., None], given: dict[str, Any], request: Any) -> bool:
    """Run a test with its fixtures; say whether it noticed something."""
    asked = set(inspect.signature(test).parameters) - set(given)
    fixtures = {name: request.getfixturevalue(name) for name in sorted(asked)}
    try:
        test(**fixtures, **given)
    except SEEN_AS:
        return True
    return False


def test_every_rule_with_a_test_has_a_control() -> None:
    text = (ruling.HERE / "consent_rules.json").read_text(encoding="utf-8")
    tested = {it["id"]: it["control"] for it in json.loads(text)["rules"] if "test" in it}
    elsewhere = {rule: name for rule, name in tested.items() if "::" in name}

    assert {*PLANTED, *DROPPED} == set(tested) - set(elsewhere)
    for name in elsewhere.values():
        file, _, test = name.partition("::")
        assert f"def {test}(" in (ruling.HERE / file).read_text(encoding="utf-8"), name


# Here row-level security would hide what the planted fault lets out.
SECOND_WALL = {"N46": "people_person"}


@pytest.fixture
def first_wall_alone(request: pytest.FixtureRequest, loaded_network: Network) -> Iterator[None]:
    table = SECOND_WALL.get(request.node.callspec.params["rule"])
    with without_wall(table) if table else nullcontext():
        yield


@pytest.mark.parametrize("rule", PLANTED)
def test_a_planted_fault_is_noticed(
    first_wall_alone: None, rule: str, request: pytest.FixtureRequest, network: Network,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    it = PLANTED[rule]
    asked = set(inspect.signature(it.test).parameters) - set(it.given)
    for name in sorted(asked):  # what is arranged is arranged without the fault
        request.getfixturevalue(name)
    monkeypatch.setattr(it.where, it.name, it.fault)

    assert fails(it.test, it.given, request)


@pytest.fixture
def dropped(request: pytest.FixtureRequest, loaded_network: Network) -> Iterator[str]:
    """Take a guard out of the database before the test begins; put it back after its rollback."""
    table, guard, _test, _given = DROPPED[request.param]
    with psycopg.connect(os.environ["SUPERUSER_DATABASE_URL"], autocommit=True) as superuser:
        found = superuser.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conname = %s AND conrelid = %s::regclass AND contype = 'c'",
            [guard, table],
        ).fetchone()
        out, back = f"DISABLE {guard}", f"ENABLE {guard}"
        if found:
            out, back = f"DROP CONSTRAINT {guard}", f"ADD CONSTRAINT {guard} {found[0]}"
        superuser.execute(f"ALTER TABLE {table} {out}")
        yield request.param
        superuser.execute(f"ALTER TABLE {table} {back}")


@pytest.mark.parametrize("dropped", DROPPED, indirect=True)
def test_a_guard_missing_in_the_database_is_noticed(
    dropped: str, request: pytest.FixtureRequest
) -> None:
    _table, _guard, test, given = DROPPED[dropped]
    request.getfixturevalue("db")

    assert fails(test, given, request)
