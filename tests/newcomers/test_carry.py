"""The slip in the pocket: calendar, picture, ticks, a change of mind."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterable

import icalendar
import pytest
from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.test import Client
from fontTools.ttLib import TTFont
from PIL import Image

from knotenpunkt.directory.models import Service
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.languages import NEWCOMER_LANGUAGES
from knotenpunkt.network.models import Network
from knotenpunkt.newcomers.models import PackedDocument
from knotenpunkt.visits.actions import cancel_appointment
from knotenpunkt.visits.models import Visit
from knotenpunkt.visits.plan import read_plan
from knotenpunkt.web.slip.picture import FONTS, _runs_rtl, _script
from knotenpunkt.web.slip.texts import TEXTS
from knotenpunkt.web.templatetags.knotenpunkt import day_name
from tests.newcomers.walk import NEEDS, book, newcomer, plans_on, take


@pytest.fixture
def visit(network: Network) -> Visit:
    book(newcomer(), given_name="Olena", contact="olena@example.org")
    return Visit.objects.select_related("person").get(organization=None)


def test_the_calendar_says_when_and_where_and_nothing_else(visit: Visit) -> None:
    text = newcomer().get(f"/v/{visit.code}.ics").content.decode()

    events = icalendar.Calendar.from_ical(text).walk("VEVENT")
    legs = list(visit.appointments.order_by("starts_at").select_related("service", "organization"))
    assert [event["dtstart"].dt for event in events] == [leg.starts_at for leg in legs]
    assert [event["dtend"].dt for event in events] == [leg.ends_at for leg in legs]
    plain = text.replace("\r\n ", "")
    hidden = [visit.code, "Olena", *(leg.organization.name for leg in legs)]
    hidden += [name for leg in legs for name in leg.service.name.values()]
    assert [it for it in hidden if it in plain] == []


@pytest.mark.parametrize("language", NEWCOMER_LANGUAGES)
def test_the_picture_is_a_picture_in_every_language(language: str, visit: Visit) -> None:
    Visit.objects.filter(pk=visit.pk).update(language=language)

    answer = newcomer().get(f"/v/{visit.code}.png")

    with Image.open(io.BytesIO(answer.content)) as picture:
        assert (picture.format, picture.width) == ("PNG", 1080)
        assert picture.height > 1500
    assert len(answer.content) < 150_000


def test_a_line_from_right_to_left_keeps_its_numbers_and_foreign_words() -> None:
    runs = [text for _script, text in _runs_rtl("الخميس، 25 فبراير 2027")]
    mixed = [text for _script, text in _runs_rtl("طلب Job Center جديد")]

    assert "".join(runs) == "2027 فبراير 25 الخميس،"
    assert "".join(mixed) == "جديد Job Center طلب"


def test_brackets_open_in_the_direction_of_the_line() -> None:
    runs = [text for _script, text in _runs_rtl("الحماية (المادة 24): التسجيل")]
    latin = [text for _script, text in _runs_rtl("طلب Job (Center) X جديد")]

    assert "".join(runs) == "التسجيل :(24 المادة) الحماية"
    assert "Job (Center) X" in latin


def signs_without_a_picture(texts: Iterable[str]) -> set[str]:
    """Return the signs that the font of their script cannot draw."""
    known = {
        script: TTFont(finders.find(FONTS.format(script=script, weight=400))).getBestCmap()
        for script in ("latin", "latin-ext", "cyrillic", "arabic")
    }
    signs = {sign for text in texts for sign in text if not sign.isspace()}
    return {sign for sign in signs if ord(sign) not in known[_script(sign)]}


def test_every_sign_of_a_slip_can_be_drawn(network: Network) -> None:
    texts = [text for one in TEXTS.values() for text in one.values()]
    texts += [text for service in Service.objects.all() for text in service.name.values()]
    texts += [f"{it.name} {it.address}" for it in network.locations.all()]
    days = [dt.date(2027, 1, 1) + dt.timedelta(days=31 * it) for it in range(12)]
    texts += [day_name(day, language) for day in days for language in NEWCOMER_LANGUAGES]

    assert signs_without_a_picture(texts) == set()
    assert signs_without_a_picture(["漢"]) == {"漢"}


def test_ticks_are_kept_for_the_visit(visit: Visit) -> None:
    phone = newcomer()
    papers = phone.get(f"/v/{visit.code}/papers/").context["papers"]
    first, second = papers[0].document.id, papers[1].document.id

    phone.post(f"/v/{visit.code}/papers/", {"packed": [first, second]})
    phone.post(f"/v/{visit.code}/papers/", {"packed": [second]})

    assert [it.document_id for it in PackedDocument.objects.filter(visit=visit)] == [second]
    assert newcomer().get(f"/v/{visit.code}/papers/").context["packed"] == {second}


def test_opening_a_page_changes_nothing(visit: Visit) -> None:
    for path in ("", "papers/", "change/"):
        assert Client().get(f"/v/{visit.code}/{path}").status_code == 200

    visit.refresh_from_db()
    assert visit.status == "booked"


def test_everything_is_cancelled_and_the_slip_is_the_receipt(visit: Visit) -> None:
    page = newcomer("de").post(f"/v/{visit.code}/change/", {"everything": "on"}, follow=True)

    visit.refresh_from_db()
    assert visit.status == "cancelled"
    assert "Bestätigung: abgesagt am" in page.content.decode()
    assert TEXTS["cancelled"]["uk"] in page.content.decode()


def test_one_appointment_is_cancelled_and_the_others_stay(visit: Visit) -> None:
    last = visit.appointments.order_by("starts_at").last()
    assert last is not None

    newcomer().post(f"/v/{visit.code}/change/", {"appointment": last.id})

    left = visit.appointments.filter(status="booked").count()
    assert left == len(NEEDS) - 1


def test_an_appointment_of_someone_else_stays(visit: Visit) -> None:
    book(newcomer(), given_name="Other")
    other = Visit.objects.get(person__given_name="Other")
    leg = other.appointments.first()
    assert leg is not None

    newcomer().post(f"/v/{visit.code}/change/", {"appointment": leg.id})

    leg.refresh_from_db()
    assert leg.status == "booked"


def test_a_replaced_slip_leads_to_the_new_one(visit: Visit) -> None:
    book(newcomer(), given_name="New")
    successor = Visit.objects.get(person__given_name="New")
    Visit.objects.filter(pk=visit.pk).update(replaced_by=successor)

    page = newcomer().get(f"/v/{visit.code}/").content.decode()

    assert f"/v/{successor.code}/" in page
    assert TEXTS["replaced"]["uk"] in page


@pytest.mark.parametrize("path", ["", "papers/", "change/"])
def test_a_code_that_is_not_there_and_one_that_is_no_code_answer_alike(
    path: str, network: Network
) -> None:
    unknown = newcomer().get(f"/v/AAAA-AAAA/{path}")
    malformed = newcomer().get(f"/v/AAAA-AAA0/{path}")

    assert (unknown.status_code, malformed.status_code) == (404, 404)
    assert without_token(unknown) == without_token(malformed)


def without_token(answer: HttpResponse) -> str:
    """Return the page without what is random in every answer, and without the address typed."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
    return re.sub(r'name="next" value="[^"]+"', "", page)


def test_the_worker_keeps_slips_only(network: Network) -> None:
    answer = Client().get("/v/worker.js")

    assert answer["Content-Type"] == "text/javascript"
    assert b'"slips"' in answer.content


def other_time(phone: Client, visit: Visit) -> HttpResponse:
    """Seek another time for the visit and hold the best; return the page that asks to confirm."""
    page = phone.post(f"/v/{visit.code}/change/", {"other_time": "on"}, follow=True)
    take(phone, page)
    phone.post("/plan/bring/", {})
    phone.get("/plan/book/")
    return phone.post("/plan/book/", {}, follow=True)


def days(visit: Visit) -> set[dt.date]:
    booked = visit.appointments.filter(status="booked")
    return {clock.local_day(it) for it in booked.values_list("starts_at", flat=True)}


def test_another_time_replaces_the_visit_when_it_is_booked(visit: Visit) -> None:
    phone = newcomer("de")
    old_days = days(visit)
    held = other_time(phone, visit)
    visit.refresh_from_db()
    before = (visit.status, days(visit))

    slip = phone.post("/plan/confirm/", follow=True)

    visit.refresh_from_db()
    successor = visit.replaced_by
    assert sum(len(day.stops) for day in held.context["slip"].days) == len(NEEDS)
    assert before == ("booked", old_days)
    assert successor is not None
    assert (visit.status, successor.status) == ("replaced", "booked")
    assert (successor.person_id, successor.language) == (visit.person_id, "uk")
    assert slip.request["PATH_INFO"] == f"/v/{successor.code}/"
    assert successor.appointments.count() == len(NEEDS)
    assert not days(successor) & old_days
    assert not visit.appointments.filter(status="booked").exists()
    assert f"/v/{successor.code}/" in newcomer().get(f"/v/{visit.code}/").content.decode()


def test_on_the_same_day_another_time_is_not_the_same_time(visit: Visit) -> None:
    phone = newcomer("de")
    phone.post(f"/v/{visit.code}/change/", {"other_time": "on"})

    page = phone.post("/plan/proposals/", {"after": ""}, follow=True)

    booked = {(it.service_id, it.starts_at) for it in visit.appointments.all()}
    plans = [{(it.service, it.starts_at) for it in read_plan(it).legs} for it in plans_on(page)]
    assert plans
    assert booked not in plans


def test_who_was_overtaken_reads_how_the_visit_is_now(visit: Visit) -> None:
    phone = newcomer("de")
    other_time(phone, visit)
    last = visit.appointments.latest("starts_at")
    cancel_appointment(appointment=last, by=None)

    page = phone.post("/plan/confirm/", follow=True)

    visit.refresh_from_db()
    assert page.request["PATH_INFO"] == f"/v/{visit.code}/"
    assert "hat sich gerade geändert" in page.content.decode()
    assert (visit.status, visit.replaced_by) == ("booked", None)


@pytest.mark.parametrize("path", ["change/", "house/", "late/"])
def test_what_an_old_code_could_change_leads_to_its_slip(path: str, visit: Visit) -> None:
    phone = newcomer("de")
    other_time(phone, visit)
    phone.post("/plan/confirm/")

    page = newcomer("de").get(f"/v/{visit.code}/{path}", follow=True)

    assert page.request["PATH_INFO"] == f"/v/{visit.code}/"


def test_of_one_cancelled_appointment_the_slip_is_the_receipt(visit: Visit) -> None:
    last = visit.appointments.latest("starts_at")

    page = (
        newcomer("de")
        .post(f"/v/{visit.code}/change/", {"appointment": last.id}, follow=True)
        .content.decode()
    )

    assert "Abgesagt am" in page
    assert last.service.name["de"] in page.split("Abgesagt am")[1].split("</div>")[0]
