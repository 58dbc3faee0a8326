"""A picture of a colleague: small, without metadata, for partners alone, gone at once."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from knotenpunkt.directory.actions.pictures import give_photo
from knotenpunkt.directory.models import StaffPhoto
from knotenpunkt.directory.pictures import MOST_BYTES, NotAPicture, initials_of, portrait_of
from knotenpunkt.network.actions import deactivate_colleague
from knotenpunkt.network.models import Account, StaffMember

AsStaff = Callable[[str], Client]
PLACE = b"50.7753N 6.0839E"


def shot(form: str = "JPEG", size: tuple[int, int] = (900, 600)) -> bytes:
    """A picture, red on the left, that says where it was taken."""
    picture = Image.new("RGB", size, "blue")
    picture.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = PLACE.decode(), 6  # a description; to be turned by a quarter
    out = io.BytesIO()
    picture.save(out, form, exif=exif)
    return out.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_becomes_small_and_says_nothing_of_where_it_was_taken(form: str) -> None:
    uploaded = shot(form)
    kept = portrait_of(uploaded)

    found = Image.open(io.BytesIO(kept))
    assert PLACE in uploaded
    assert PLACE not in kept
    assert (found.format, found.size, dict(found.getexif())) == ("JPEG", (320, 320), {})
    assert not {"exif", "icc_profile", "comment", "xmp"} & set(found.info)
    red, _green, blue = found.getpixel((160, 20))  # type: ignore[misc]
    assert red > 200 > 60 > blue  # turned as the camera said: red is on top now


def bomb() -> bytes:
    """A PNG of some hundred bytes that says it has ten thousand million pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    data = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + data


@pytest.mark.parametrize(
    ("uploaded", "reason"),
    [
        (b"", "unreadable"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "unreadable"),
        (b"%PDF-1.7 nothing", "unreadable"),
        (shot()[:400], "unreadable"),
        (bomb(), "too_large"),
        (b"\xff\xd8\xff" + b"\0" * MOST_BYTES, "too_large"),
    ],
)
def test_what_is_no_picture_is_refused(uploaded: bytes, reason: str) -> None:
    with pytest.raises(NotAPicture) as error:
        portrait_of(uploaded)

    assert error.value.reason == reason


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Jana Berg", "JB"), ("Dr. Ana de Souza", "DS"), ("سلمى حداد", "سح"), ("Bo", "B"), ("", "")],
)
def test_initials(name: str, letters: str) -> None:
    assert initials_of(name) == letters


@pytest.fixture
def me(account: Callable[[str], Account]) -> Account:
    return account("st-jc05")


def test_she_gives_it_partners_see_it_and_she_takes_it_back(me: Account, as_staff: AsStaff) -> None:
    mine, partner = as_staff("st-jc05"), as_staff("st-ki03")
    picture = reverse("desk:directory_photo", args=[me.staff_member.pk])
    page = reverse("desk:directory_person", args=[me.staff_member.pk])

    before = partner.get(page).content.decode()
    upload = SimpleUploadedFile("me.jpg", shot(), content_type="image/jpeg")
    given = mine.post(reverse("desk:directory_photo_change"), {"picture": upload})
    seen, shown = partner.get(picture), partner.get(page).content.decode()
    mine.post(reverse("desk:directory_photo_remove"))

    assert picture not in before
    assert f">{initials_of(me.staff_member.name)}<" in before
    assert (given.status_code, seen.status_code) == (302, 200)
    assert seen["Content-Type"] == "image/jpeg"
    assert "no-store" in seen["Cache-Control"]
    assert picture in shown
    assert partner.get(picture).status_code == 404
    assert StaffPhoto.objects.count() == 0


def test_nothing_but_a_picture_is_taken_and_the_page_says_so(as_staff: AsStaff) -> None:
    client, address = as_staff("st-jc05"), reverse("desk:directory_photo_change")

    for content in (b"<script>", shot()[:200]):
        answer = client.post(address, {"picture": SimpleUploadedFile("me.jpg", content)})
        assert answer.status_code == 422
        assert "no picture that can be read" in answer.content.decode()
    assert client.post(address, {}).status_code == 422
    assert StaffPhoto.objects.count() == 0


def test_who_leaves_leaves_no_picture(me: Account, account: Callable[[str], Account]) -> None:
    house = me.staff_member.organization
    member = StaffMember.objects.create(
        organization=house, name="Nur Kurz", job="x", role="reader",
        account=Account.objects.create_user("kurz@jc.example"),
    )  # fmt: skip
    give_photo(uploaded=shot(), by=Account.objects.get(staff_member=member))
    administrator = StaffMember.objects.create(
        organization=house, name="Verwaltung", job="x", role="administrator",
        account=Account.objects.create_user("verwaltung@jc.example"),
    )  # fmt: skip

    deactivate_colleague(member=member, by=Account.objects.get(staff_member=administrator))

    assert StaffPhoto.objects.count() == 0


def test_the_public_and_exports_know_no_picture(me: Account, as_staff: AsStaff) -> None:
    give_photo(uploaded=shot(), by=me)
    visitor = Client(headers={"accept-language": "en"})
    house = me.staff_member.organization
    picture = reverse("desk:directory_photo", args=[me.staff_member.pk])

    pages = [
        reverse("public:organization", args=[house.pk]),
        "/hsds/services?full=true&per_page=100",
        f"/hsds/organizations/{house.pk}",
    ]
    told = [visitor.get(page).content.decode() for page in pages]

    assert visitor.get(picture).status_code == 302  # to the sign-in
    assert not [page for page, text in zip(pages, told, strict=True) if "/photo/" in text]
    assert (
        "photo"
        in as_staff("st-ki03")
        .get(reverse("desk:directory_person", args=[me.staff_member.pk]))
        .content.decode()
    )  # the search would find it


def test_the_picture_costs_the_page_no_query(me: Account, as_staff: AsStaff) -> None:
    client = as_staff("st-ki03")
    page = reverse("desk:directory_person", args=[me.staff_member.pk])
    client.get(page)

    with CaptureQueriesContext(connection) as without:
        client.get(page)
    give_photo(uploaded=shot(), by=me)
    with CaptureQueriesContext(connection) as with_one:
        client.get(page)

    assert len(without) == len(with_one)
    assert not [it for it in with_one if '"picture"' in it["sql"]]


def test_whoever_has_left_is_not_shown(me: Account, as_staff: AsStaff) -> None:
    give_photo(uploaded=shot(), by=me)
    StaffMember.objects.filter(pk=me.staff_member.pk).update(left_on="2027-02-01")

    address = reverse("desk:directory_photo", args=[me.staff_member.pk])
    assert as_staff("st-ki03").get(address).status_code == 404
