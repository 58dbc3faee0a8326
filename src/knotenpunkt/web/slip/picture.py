"""The slip as a picture (PNG) for a phone's gallery and for messengers.

Each script has a font of its own, so a line is cut into runs of one script; shaping and the
direction inside a run are HarfBuzz' and FriBidi's work (Pillow with Raqm).
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from pathlib import Path

from django.contrib.staticfiles import finders
from PIL import Image, ImageDraw, ImageFont

from knotenpunkt.foundation.languages import direction, text_in
from knotenpunkt.web.slip.texts import say
from knotenpunkt.web.slip.view import Slip
from knotenpunkt.web.templatetags.knotenpunkt import clock_time, day_name

WIDTH, MARGIN = 1080, 60
INK, SOFT, ACCENT, PAPER = "#15243b", "#4a5a70", "#17508f", "#ffffff"
FONTS = "knotenpunkt/fonts/noto-sans-{script}-{weight}.woff2"
# Signs that the fonts keep with the western letters, although their numbers lie among the others.
LATIN = frozenset("ıŒœ")
MIRRORED = str.maketrans("()[]«»", ")(][»«")
LINE = 1.55  # of the size of its letters


@dataclass
class Line:
    """One line of text; `indent` in pixels from where reading starts."""

    text: str
    size: int = 34
    is_bold: bool = False
    colour: str = INK
    is_rtl: bool = False
    space_before: int = 0

    @property
    def height(self) -> int:
        return int(self.size * LINE)


@dataclass
class Sheet:
    """Lines that fit the width; long ones are broken between words."""

    is_rtl: bool
    lines: list[Line] = field(default_factory=list)

    def add(self, line: Line) -> None:
        words = line.text.split()
        while words:
            count = len(words)
            while count > 1 and _width(" ".join(words[:count]), line) > WIDTH - 2 * MARGIN:
                count -= 1
            one = Line(**{**vars(line), "text": " ".join(words[:count]), "is_rtl": self.is_rtl})
            one.space_before = line.space_before if words == line.text.split() else 0
            self.lines.append(one)
            words = words[count:]


def slip_as_picture(slip: Slip) -> bytes:
    """Return the PNG of a slip: title, code, and each day with times, matters and places."""
    sheet = Sheet(is_rtl=direction(slip.language) == "rtl")
    sheet.add(Line(say("title", slip.language), 56, is_bold=True))
    sheet.add(Line(slip.code, 64, is_bold=True, colour=ACCENT))
    if slip.state:
        sheet.add(Line(say(slip.state, slip.language), is_bold=True, space_before=20))
    for day in slip.days:
        sheet.add(Line(day_name(day.day, slip.language), 42, is_bold=True, space_before=40))
        if slip.has_german:
            sheet.add(Line(day_name(day.day, "de"), 30, colour=SOFT))
        for stop in day.stops:
            _add_stop(sheet, slip, stop.appointment)
    sheet.add(Line(say("show_code", slip.language), 30, colour=SOFT, space_before=50))
    return _drawn(sheet)


def _add_stop(sheet: Sheet, slip: Slip, it: object) -> None:
    start, end = clock_time(it.starts_at), clock_time(it.ends_at)  # type: ignore[attr-defined]
    sheet.add(Line(f"{start}–{end}", 40, is_bold=True, colour=ACCENT, space_before=26))
    name, location = it.service.name, it.location  # type: ignore[attr-defined]
    room = f", Raum {it.room.name}" if it.room else ""  # type: ignore[attr-defined]
    sheet.add(Line(text_in(name, slip.language).text, 36, is_bold=True))
    if slip.has_german:
        sheet.add(Line(text_in(name, "de").text, 30, colour=SOFT))
    sheet.add(Line(f"{location.name}{room}", 30, colour=SOFT))
    sheet.add(Line(location.address, 30, colour=SOFT))


def _drawn(sheet: Sheet) -> bytes:
    height = 2 * MARGIN + sum(line.height + line.space_before for line in sheet.lines)
    image = Image.new("RGB", (WIDTH, height), PAPER)
    draw = ImageDraw.Draw(image)
    y = MARGIN
    for line in sheet.lines:
        y += line.space_before
        _draw_line(draw, line, y)
        y += line.height
    target = io.BytesIO()
    write_picture = image.quantize(16).save  # a file, not a row: only actions save those
    write_picture(target, "PNG", optimize=True)
    return target.getvalue()


def _draw_line(draw: ImageDraw.ImageDraw, line: Line, y: int) -> None:
    """Draw the runs one after the other from where reading starts.

    A line without a letter from right to left keeps its order; it only starts on the other side.
    """
    has_rtl = any(_script(sign) == "arabic" for sign in line.text)
    runs = _runs_rtl(line.text) if line.is_rtl and has_rtl else _runs(line.text)
    drawn = [(_font(script, line.is_bold, line.size), script, text) for script, text in runs]
    width = sum(font.getlength(text) for font, _script_of, text in drawn)
    x = WIDTH - MARGIN - width if line.is_rtl else float(MARGIN)
    for font, script, text in drawn:
        side = "rtl" if script == "arabic" else "ltr"
        draw.text(
            (x, y + line.size), text, font=font, fill=line.colour, anchor="ls", direction=side
        )
        x += font.getlength(text)


def _width(text: str, line: Line) -> float:
    return sum(_font(script, line.is_bold, line.size).getlength(run) for script, run in _runs(text))


def _script(sign: str) -> str:
    point = ord(sign)
    if 0x0400 <= point <= 0x04FF:
        return "cyrillic"
    if 0x0600 <= point <= 0x06FF or 0xFB50 <= point <= 0xFEFC or point == 0x200C:
        return "arabic"
    if sign in LATIN:
        return "latin"
    return "latin-ext" if 0x0100 <= point <= 0x02BA or 0x1E00 <= point <= 0x1EFF else "latin"


def _runs(text: str) -> list[tuple[str, str]]:
    return [(script, "".join(signs)) for script, signs in groupby(text, _script)]


def _runs_rtl(text: str) -> list[tuple[str, str]]:
    """Return the runs of a line from right to left: signs between two directions stand alone.

    A space or comma between words of one direction belongs to them, any other to the line; there
    a bracket opens to the other side.
    """
    strong = [_strong(sign) for sign in text]
    pieces: list[tuple[str, str, bool]] = []
    for place, sign in enumerate(text):
        before = next((it for it in reversed(strong[:place]) if it), "arabic")
        after = next((it for it in strong[place:] if it), "arabic")
        side = strong[place] or (before if before == after else "")
        is_alone = not side or (side == "arabic" and _script(sign) != "arabic")
        last = pieces[-1] if pieces else ("", "", True)
        if not is_alone and not last[2] and last[0] == _script(sign):
            pieces[-1] = (last[0], last[1] + sign, False)
        else:
            shown = sign.translate(MIRRORED) if is_alone else sign
            pieces.append((_script(sign), shown, is_alone))
    return [(script, run) for script, run, _is_alone in reversed(pieces)]


def _strong(sign: str) -> str:
    """Return the direction a sign has by itself; spaces and punctuation have none."""
    if _script(sign) == "arabic":
        return "arabic"
    return "latin" if sign.isalnum() else ""


@cache
def _font(script: str, is_bold: bool, size: int) -> ImageFont.FreeTypeFont:
    path = finders.find(FONTS.format(script=script, weight=700 if is_bold else 400))
    return ImageFont.truetype(str(Path(str(path))), size, layout_engine=ImageFont.Layout.RAQM)
