"""Row-level security says the same as the queries, and fails closed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.db import DatabaseError, connection, transaction

from knotenpunkt.foundation.scope import NOBODY, Viewer, person_scope, system_scope, viewer_scope
from knotenpunkt.network.enums import Role
from knotenpunkt.network.models import Account, Network, StaffMember
from knotenpunkt.people.actions import (
    Signature,
    give_consent,
    release_confidentiality,
    write_item,
)
from knotenpunkt.people.enums import Layer
from knotenpunkt.people.models import (
    ConfidentialityRelease,
    Consent,
    EmergencyAccess,
    Grant,
    Item,
    Person,
    ReadEntry,
)
from knotenpunkt.people.queries import items_visible_to
from knotenpunkt.web.scope import viewer_of
from tests.consent.conftest import (
    EXPLAINED,
    SAID,
    in_days,
    tables_behind_the_wall,
    terms,
    without_wall,
)

UNDER_THE_WALL = (Consent, Grant, Item, ConfidentialityRelease, ReadEntry, EmergencyAccess)
CAST = (
    "st-ki03", "st-ki05", "st-ki01", "st-ki08", "st-jc05", "st-jc03", "st-jc01", "st-jc12",
    "st-abh04", "st-hw01", "st-mb02", "st-mb01", "st-aa06", "st-ja02",
)  # fmt: skip
Items = dict[str, Item]


@pytest.fixture
def everything(
    items: Items, share: Callable[..., Consent], account: Callable[[str], Account], person: Person,
    other_authority: Account, counsellor: Account, confidential: Account,
) -> None:  # fmt: skip
    """All kinds of sharing at once: person, endangered, entrusted, released, confidential."""
    share(other_authority.staff_member)
    share(account("st-aa06").staff_member, categories=["contact"])
    write_item(
        subject=person, category="school", body="told me", by=counsellor, layer=Layer.ENTRUSTED
    )
    release_confidentiality(
        subject=person,
        terms=terms(account("st-ja02").staff_member, categories=["school"]),
        signature=SAID,
        by=counsellor,
    )
    theirs = Person.objects.get(case_lead=confidential.staff_member, code="cl-22")
    write_item(subject=theirs, category="school", body="at the other table", by=confidential)


@pytest.mark.parametrize("code", CAST)
def test_wall_and_query_agree(
    code: str, everything: None, account: Callable[[str], Account]
) -> None:
    viewer = account(code)

    with viewer_scope(viewer_of(viewer)):
        behind_the_wall = set(Item.objects.values_list("body", flat=True))
    asked = set(items_visible_to(viewer).values_list("body", flat=True))

    assert behind_the_wall == asked


def test_the_cast_sees_different_things(
    everything: None, account: Callable[[str], Account]
) -> None:
    seen = {code: items_visible_to(account(code)).count() for code in CAST}

    assert {code: number for code, number in seen.items() if number} == {
        "st-ki03": 6, "st-ki05": 5, "st-jc05": 3, "st-aa06": 1, "st-ja02": 1, "st-mb02": 1,
    }  # fmt: skip


@pytest.mark.parametrize("role", sorted(Role))
def test_wall_and_query_agree_for_every_role(
    role: str, everything: None, counsellor: Account
) -> None:
    StaffMember.objects.filter(account=counsellor).update(role=role)
    viewer = Account.objects.get(pk=counsellor.pk)

    with viewer_scope(viewer_of(viewer)):
        behind_the_wall = set(Item.objects.values_list("body", flat=True))

    assert behind_the_wall == set(items_visible_to(viewer).values_list("body", flat=True))


@pytest.mark.parametrize("model", UNDER_THE_WALL)
def test_nobody_sees_nothing(model: type, everything: None) -> None:
    with viewer_scope(NOBODY):
        assert model.objects.count() == 0  # type: ignore[attr-defined]


def test_the_person_sees_her_own(everything: None, person: Person) -> None:
    with person_scope(person.pk):
        assert Item.objects.count() == 6
        assert Consent.objects.count() == 2
    with person_scope(Person.objects.get(code="cl-02").pk):
        assert Item.objects.count() == 0


def test_nobody_writes_for_another_organization(
    items: Items, person: Person, other_authority: Account
) -> None:
    viewer = viewer_of(other_authority)

    with viewer_scope(viewer), pytest.raises(DatabaseError), transaction.atomic():
        Item.objects.create(
            subject=person, organization=person.organization, category="school", layer=2,
            body="forged", created_at=in_days(0),
        )  # fmt: skip
    with viewer_scope(viewer):
        assert Item.objects.update(body="changed") == 0
        assert Item.objects.all().delete()[0] == 0


def test_the_role_of_the_product_cannot_pass_the_wall(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False,)
    assert tables_behind_the_wall(UNDER_THE_WALL) == len(UNDER_THE_WALL)


@pytest.fixture
def without_policy(loaded_network: Network) -> Iterator[None]:
    """The fault the tests above hunt for: a policy that lets everyone through."""
    with without_wall("people_item"):
        yield


def test_without_the_wall_the_tests_would_see_it(
    without_policy: None, everything: None, account: Callable[[str], Account]
) -> None:
    with viewer_scope(viewer_of(account("st-hw01"))):
        assert Item.objects.count() > 0


def setting(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s, true)", [f"knotenpunkt.{name}"])
        row = cursor.fetchone()
    return str(row[0] or "") if row else ""


def test_a_scope_ends_where_it_should(db: None) -> None:
    with viewer_scope(Viewer(kind="staff", role="worker")):
        with transaction.atomic(), system_scope("inside"):
            assert setting("kind") == "system"
        assert setting("kind") == "staff"
        with pytest.raises(DatabaseError), system_scope("broken"), transaction.atomic():
            connection.cursor().execute("SELECT 1/0")
        assert setting("kind") == "staff"
    assert setting("kind") == "system"


@pytest.mark.race
def test_who_looks_is_told_as_it_is_when_a_transaction_begins(committed: None) -> None:
    for odd in ("it's", "back\\slash", "ä'; SELECT 1; --", ""):
        with viewer_scope(Viewer(kind="staff", role=odd)):
            with transaction.atomic():
                assert setting("role") == odd
            assert setting("role") == odd


@pytest.mark.race
def test_nothing_of_a_viewer_stays_on_the_connection(committed: None) -> None:
    from knotenpunkt.foundation import scope

    with viewer_scope(Viewer(kind="staff", role="worker")):
        assert setting("kind") == "staff"
        with transaction.atomic():
            assert setting("role") == "worker"
    token = scope._current.set(None)
    try:
        assert setting("kind") == ""
    finally:
        scope._current.reset(token)


def test_n45_the_paper_of_a_consent_stays_with_the_house_that_asked(
    person: Person, counsellor: Account, other_authority: Account, stranger: Account
) -> None:
    give_consent(
        subject=person, terms=terms(other_authority.staff_member), explanation=EXPLAINED,
        signature=Signature(how="paper", scan=b"%PDF-1"), by=counsellor,
    )  # fmt: skip

    def papers(account: Account) -> int:
        with viewer_scope(viewer_of(account)):
            return Consent.objects.exclude(scan=None).count()

    assert [papers(it) for it in (counsellor, other_authority, stranger)] == [1, 0, 0]
