"""Draw the pictures of docs/planner-pictures.md from invented instances.

python scripts/planner_pictures.py
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from xml.sax.saxutils import escape

from knotenpunkt.planner import Network, Plan, Problem, find_plans, read_problem, repair
from knotenpunkt.planner.cohort import (
    Cohort,
    CohortSolution,
    Effort,
    generate_cohort,
    solve_cohort,
)
from knotenpunkt.planner.generator import generate

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
LEFT, WIDTH, ROW, HEAD = 110, 640, 34, 56
DASH = ' stroke="#000" stroke-width="3" stroke-dasharray="4"'
COLOURS = ("#005a9c", "#7a3e9d", "#1b7f5c", "#a34700", "#8a1538", "#4a5a00", "#5b4b8a")


def gantt(problem: Problem, plan: Plan, title: str, moved: frozenset[int] = frozenset()) -> str:
    """Return a visit as SVG: a row for each day, a bar for each appointment, dashed if moved."""
    network = problem.network
    first = min(leg.start for leg in plan.legs) // 12 * 12
    last = -(-max(leg.end for leg in plan.legs) // 12) * 12
    scale = WIDTH / (last - first)
    rows = [f'<text x="12" y="24" font-size="16">{escape(title)}</text>']
    bottom = HEAD + ROW * len(plan.days)
    for tick in range(first, last + 1, 12):
        x = LEFT + (tick - first) * scale
        rows.append(f'<line x1="{x:.0f}" y1="{HEAD}" x2="{x:.0f}" y2="{bottom}" stroke="#ccc"/>')
        rows.append(f'<text x="{x:.0f}" y="{HEAD - 6}" text-anchor="middle">{clock(tick)}</text>')
    for n, day in enumerate(plan.days):
        y = HEAD + n * ROW
        rows.append(f'<text x="12" y="{y + 22}">day {day}</text>')
        for leg in (leg for leg in plan.legs if leg.day == day):
            x, width = LEFT + (leg.start - first) * scale, (leg.end - leg.start) * scale
            dash = DASH if leg.item in moved else ""
            rows.append(
                f'<rect x="{x:.0f}" y="{y + 4}" width="{width:.0f}" height="{ROW - 8}"'
                f' fill="{COLOURS[leg.site % len(COLOURS)]}"{dash}/>'
                f'<text x="{x + 4:.0f}" y="{y + 22}" fill="#fff">{leg.service}</text>'
            )
    for n, site in enumerate(sorted({leg.site for leg in plan.legs})):
        x = LEFT + n * 130
        rows.append(
            f'<rect x="{x}" y="{bottom + 12}" width="14" height="14"'
            f' fill="{COLOURS[site % len(COLOURS)]}"/>'
            f'<text x="{x + 20}" y="{bottom + 24}">{escape(network.sites[site])}</text>'
        )
    height = bottom + 40
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 30} {height}"'
        f' role="img" font-family="sans-serif" font-size="13">'
        f"<title>{escape(title)}</title><desc>{escape(words(network, plan))}</desc>"
        f'<rect width="100%" height="100%" fill="#fff"/>{"".join(rows)}</svg>\n'
    )


def load(cohort: Cohort, solution: CohortSolution, title: str) -> str:
    """Return the load of interpreters and desks by day as SVG: free before, and what is used."""
    network, high = cohort.network, 150
    free: Counter[int] = Counter()
    used: Counter[int] = Counter()
    for talker in network.interpreters:
        for day, talks in talker.free.items():
            free[day] += sum(talk[1] - talk[0] for talk in talks)
    for plan in filter(None, solution.plans):
        for leg in plan.legs:
            used[leg.day] += leg.end - leg.start if leg.interpreter is not None else 0
    days = sorted(free)
    scale, pitch = high / max(free.values()), WIDTH / len(days)
    rows = [f'<text x="12" y="24" font-size="16">{escape(title)}</text>']
    for n, day in enumerate(days):
        x = LEFT + n * pitch
        for ticks, colour in ((free[day], "#c9d8ea"), (used[day], COLOURS[0])):
            rows.append(
                f'<rect x="{x:.0f}" y="{HEAD + high - ticks * scale:.0f}" width="{pitch * 0.7:.0f}"'
                f' height="{ticks * scale:.0f}" fill="{colour}" stroke="{COLOURS[0]}"/>'
            )
        rows.append(f'<text x="{x:.0f}" y="{HEAD + high + 18}">{day}</text>')
    bottom = HEAD + high + 34
    for n, (colour, text) in enumerate(
        (("#c9d8ea", "hours of interpreters free before"), (COLOURS[0], "used by the cohort"))
    ):
        x = LEFT + n * 280
        rows.append(f'<rect x="{x}" y="{bottom}" width="14" height="14" fill="{colour}"/>')
        rows.append(f'<text x="{x + 20}" y="{bottom + 12}">{text}</text>')
    told = "; ".join(f"day {it}: {used[it] / 12:.0f} of {free[it] / 12:.0f} hours" for it in days)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 30} {bottom + 30}"'
        f' role="img" font-family="sans-serif" font-size="13">'
        f"<title>{escape(title)}</title><desc>{escape(told)}</desc>"
        f'<rect width="100%" height="100%" fill="#fff"/>{"".join(rows)}</svg>\n'
    )


def words(network: Network, plan: Plan) -> str:
    """Return the plan as a sentence for those who do not see the picture."""
    return "; ".join(
        f"day {leg.day} {clock(leg.start)}-{clock(leg.end)} {leg.service} at "
        f"{network.sites[leg.site]}"
        for leg in plan.legs
    )


def clock(tick: int) -> str:
    minutes = 7 * 60 + tick * 5
    return f"{minutes // 60:02}:{minutes % 60:02}"


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    problem = read_problem(generate(3, needs=7))
    plan = find_plans(problem, top=1).plans[0]
    draw("visit", gantt(problem, plan, "The best visit for seven needs"))
    lost = plan.legs[0]
    desks = list(problem.network.desks)
    free = {day: rows for day, rows in desks[lost.desk].free.items() if day != lost.day}
    desks[lost.desk] = replace(desks[lost.desk], free=free)
    now = replace(problem, network=replace(problem.network, desks=tuple(desks)))
    found = repair(now, plan)
    if found is None:
        raise SystemExit("this visit cannot be mended; choose another")
    before = gantt(problem, plan, "Before: the first desk falls ill", frozenset({lost.item}))
    moved = frozenset(leg.item for leg in found.plan.legs if leg not in plan.legs)
    draw("repair-before", before)
    draw("repair-after", gantt(now, found.plan, "After: the plan that changes least", moved))
    cohort = generate_cohort(1, persons=60, days=10, use=0.5)
    solution = solve_cohort(cohort, effort=Effort(600, 100, 10))
    title = f"{solution.worth.served} of {len(cohort.members)} persons, at most "
    draw(
        "cohort-load", load(cohort, solution, f"{title}{solution.most_served}: interpreters by day")
    )


def draw(name: str, svg: str) -> None:
    (FOLDER / f"{name}.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
