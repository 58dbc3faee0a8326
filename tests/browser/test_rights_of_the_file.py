"""Around the file: a request in writing, an emergency, deletion, a table of persons, two files.

Each walk is as its user finds the way: by the menu and the links, in German, and a step in Arabic
on a phone.
"""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from knotenpunkt.foundation.models import OutboxMessage
from knotenpunkt.network.enums import Role
from knotenpunkt.network.models import StaffMember
from knotenpunkt.people.enums import BirthPrecision
from knotenpunkt.people.models import Person, Tombstone
from tests.browser.conftest import Looks
from tests.conftest import BOOKING_DAY

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
Behind = Callable[..., Any]
COLLEAGUE, PARTNER = "st-ki05@musterkreis.example", "st-jc05@musterkreis.example"
OFFICER = "st-ki01@musterkreis.example"
LONG_AGO = dt.datetime(2012, 3, 1, tzinfo=dt.UTC)


def file_of(name: str, created_at: dt.datetime = BOOKING_DAY, **fields: Any) -> str:
    """Write a file into the house of the counsellor; return its key."""
    lead = StaffMember.objects.get(code="st-ki03")
    person = Person.objects.create(
        given_name=name, organization=lead.organization, network=lead.organization.network,
        case_lead=lead, languages=["uk"], created_at=created_at, **fields,
    )  # fmt: skip
    return str(person.pk)


def test_a_request_in_writing_is_prepared_by_one_and_decided_by_another(
    open_as: Open, behind: Behind
) -> None:
    key, looks = behind(lambda: file_of("Daria", family_name="Kowalenko")), Looks(320, 1280)
    page, colleague = open_as("de", 1280), open_as("ar", 320, account=COLLEAGUE)
    page.goto(f"/desk/persons/{key}/sharing/")
    page.click("a[href$='/disclosures/']")
    page.check("[name=fields_asked][value=family_name]")
    page.fill("[name=requester]", "Polizei Musterstadt")
    page.fill("[name=legal_basis]", "§ 68 SGB X")
    page.locator("main form").last.locator("button").click()
    expect(page.locator("[name=requester]")).to_have_value("Polizei Musterstadt")  # nothing lost
    looks.at(page, "disclosure-incomplete")
    page.fill("[name=necessity]", "Vermisstensache")
    page.locator("main form").last.locator("button").click()
    expect(page.locator("main .kp-list")).to_contain_text("Polizei Musterstadt")
    expect(page.locator("main button[value=give]")).to_have_count(0)  # not by the same person
    looks.at(page, "disclosure-waits")

    colleague.goto(f"/desk/persons/{key}/disclosures/")
    looks.at(colleague, "disclosure-to-decide")
    colleague.select_option("[name=informed]", value="forbidden")
    colleague.click("button[value=give]")
    expect(colleague.locator("[name=informed]")).to_have_value("forbidden")  # nothing lost
    looks.at(colleague, "disclosure-law-is-missing")
    colleague.fill("[name=silent_because]", "§ 68 (1) SGB X")
    colleague.click("button[value=give]")
    expect(colleague.locator("dl")).to_contain_text("Kowalenko")
    looks.at(colleague, "disclosed")
    assert looks.faults == []


def test_an_emergency_is_opened_by_a_second_person_and_told(open_as: Open, behind: Behind) -> None:
    born, looks = dt.date(1991, 4, 3), Looks(320, 1280)
    behind(lambda: file_of("Nadiia", birth_date=born, phone="+4915155555555"))
    asking, holder = open_as("ar", 320, account=PARTNER), open_as("de", 1280)

    asking.goto("/desk/shared/")
    asking.click("a[href$='/emergency/']")
    form = asking.locator("main form:has([name=given_name])")
    form.locator("[name=given_name]").fill("nadiia")
    form.locator("[name=birth_date]").fill("1991-04-03")
    form.locator("button").click()
    expect(asking.locator("[name=given_name]")).to_have_value("nadiia")  # the reason is missing
    looks.at(asking, "emergency-incomplete")
    form.locator("[name=reason]").fill("سلامتها في خطر")
    form.locator("button").click()
    expect(asking.locator("[role=status], .kp-messages, .kp-note").first).to_be_visible()
    expect(asking.locator("main")).not_to_contain_text("Nadiia")  # the answer tells nothing
    looks.at(asking, "emergency-asked")

    holder.goto("/desk/shared/")
    holder.click("a[href$='/emergency/']")
    looks.at(holder, "emergency-to-decide")
    holder.locator("li", has_text="Nadiia").get_by_role("button", name="Für vier").click()
    expect(holder.locator("main")).to_contain_text("offen bis")
    looks.at(holder, "emergency-open")
    asking.goto("/desk/shared/")
    expect(asking.locator("main")).to_contain_text("Nadiia")
    told = behind(lambda: OutboxMessage.objects.filter(recipient="+4915155555555").count())
    holder.get_by_role("button", name="Jetzt schließen").click()
    asking.reload()
    expect(asking.locator("main")).not_to_contain_text("Nadiia")

    assert told == 1
    assert looks.faults == []


@pytest.fixture
def officer(behind: Behind) -> Iterator[None]:
    """Let the head of the counsellor's house be its data protection officer for one walk."""

    def as_(role: str) -> None:
        StaffMember.objects.filter(code="st-ki01").update(role=role)

    behind(lambda: as_(Role.DATA_PROTECTION_OFFICER))
    yield
    behind(lambda: as_(Role.MANAGER))


def command(*words: str) -> str:
    run = [str(Path(sys.executable).parent / "knotenpunkt"), "tombstones", *words]
    return subprocess.run(run, check=True, capture_output=True, text=True).stdout


def test_a_due_file_is_kept_or_deleted_and_a_restore_deletes_again(
    officer: None, open_as: Open, behind: Behind, tmp_path: Path
) -> None:
    kept, gone = (behind(lambda name=name: file_of(name, LONG_AGO)) for name in ("Alte", "Uralte"))
    page, looks = open_as("de", 1280, account=OFFICER), Looks(320, 1280)
    page.goto("/desk/")
    page.locator("nav a[href$='/retention/']").first.click()
    looks.at(page, "retention-due")
    expect(page.locator("main")).not_to_contain_text("Uralte")  # no name is shown
    row = page.locator("li", has_text=kept)
    row.locator("summary").click()
    row.locator("[name=reason]").fill("Klage beim Sozialgericht")
    row.locator("button[value=hold]").click()
    expect(row.locator("[name=reason]")).to_have_value("Klage beim Sozialgericht")  # no day yet
    looks.at(page, "retention-no-day")
    row.locator("[name=until]").fill("2028-01-31")
    row.locator("button[value=hold]").click()
    expect(page.locator("main")).to_contain_text("Klage beim Sozialgericht")
    page.locator("li", has_text=gone).locator("button[value=delete]").click()
    looks.at(page, "retention-asks-once")
    page.locator("main button[value=delete]").click()
    expect(page.locator("main")).not_to_contain_text(gone)
    looks.at(page, "retention-done")

    file = tmp_path / "tombstones"
    written = command("export", str(file))

    def restore() -> None:
        lead = StaffMember.objects.get(code="st-ki03")
        Person.objects.create(
            pk=gone, given_name="Uralte", organization=lead.organization,
            network=lead.organization.network, created_at=LONG_AGO,
        )  # fmt: skip
        Tombstone.objects.filter(person_id=gone).delete()

    behind(restore)
    first, again = command("apply", str(file)), command("apply", str(file))

    assert gone in file.read_text()
    assert "tombstones are written" in written
    assert (first[:7], again[:7]) == ("1 files", "0 files")
    assert behind(lambda: [Person.objects.filter(pk=it).exists() for it in (kept, gone)]) == [
        True, False,
    ]  # fmt: skip
    behind(lambda: Person.objects.filter(pk=kept).delete())
    assert looks.faults == []


def test_persons_come_in_from_a_table_once_every_row_is_right(open_as: Open) -> None:
    page, looks = open_as("de", 1280), Looks(320, 1280)
    head = "given_name;family_name;languages;german_level;municipality;phone\n"
    page.goto("/desk/persons/")
    page.locator("a[href$='/casework/import/']").first.click()
    looks.at(page, "import")
    page.fill("[name=table]", "Vorname;Sprachen\nMilena;uk\n")
    page.locator("main form button").first.click()
    expect(page.locator("main")).to_contain_text("given_name, languages")
    looks.at(page, "import-other-columns")
    page.fill("[name=table]", f"{head}Milena;;uk;A1;;\nSorin;;xx;;Atlantis;\n")
    page.locator("main form button").first.click()
    expect(page.locator("tbody tr")).to_have_count(2)
    expect(page.locator("tbody tr").nth(1)).to_contain_text("xx")
    expect(page.locator("tbody tr").nth(1)).to_contain_text("Atlantis")
    expect(page.locator("button[name=write]")).to_have_count(0)
    looks.at(page, "import-bad-row")
    page.fill("[name=table]", f"{head}Milena;;uk;A1;;\nSorin;;ro;;;\n")
    page.locator("main form button").first.click()
    page.click("button[name=write]")
    page.wait_for_url("**/desk/persons/")
    page.fill("[name=q]", "Milena")
    page.click("form[role=search] button")
    expect(page.locator("main .kp-list")).to_contain_text("Milena")
    assert looks.faults == []


def test_two_files_become_one_and_are_parted_again(open_as: Open, behind: Behind) -> None:
    born = {"birth_date": dt.date(1984, 9, 17), "birth_precision": BirthPrecision.DAY}
    facts: dict[str, Any] = {"family_name": "Tkatschenko", **born}
    first, second = (behind(lambda: file_of("Oksana", **facts)) for _file in "12")
    page, looks = open_as("de", 1280), Looks(320, 1280)
    page.goto(f"/desk/persons/{first}/")
    page.locator("a[href$='/duplicates/']").first.click()
    looks.at(page, "duplicates")
    page.locator("li", has_text="Oksana").locator("button[value=same]").click()
    expect(page.locator("h2", has_text="Gehört zu dieser Akte")).to_be_visible()
    looks.at(page, "duplicates-merged")
    page.goto("/desk/persons/")
    page.fill("[name=q]", "Tkatschenko")
    page.click("form[role=search] button")
    expect(page.locator("main .kp-list li")).to_have_count(1)

    phone = open_as("ar", 320)
    phone.goto(f"/desk/persons/{first}/duplicates/")
    looks.at(phone, "duplicates-to-part")
    phone.locator("li", has_text="Oksana").locator("button[value=apart]").click()
    phone.wait_for_load_state()
    looks.at(phone, "duplicates-parted")
    page.fill("[name=q]", "Tkatschenko")
    page.click("form[role=search] button")
    expect(page.locator("main .kp-list li")).to_have_count(2)
    page.goto(f"/desk/persons/{second}/")
    expect(page.locator("h1")).to_contain_text("Oksana")
    assert looks.faults == []
