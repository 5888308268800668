"""Measure the import of a large plan: reading, matching, its statements, and the analysis before and after.

usage: python bench/intake.py [ROWS] [--runs N] [--json FILE]

The plan is made up: each row has an activity, two indicators, a deadline, one to three responsible bodies, partners,
one of which acts through another, and payers. Time is that of the whole command as a user waits for it (wall clock,
processes included); memory is the largest resident set of any of its processes.
"""

import argparse
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import xlsxwriter

from api.settings import ROOT

AIM_S, AIM_MB = 10.0, 500.0
BODIES = [
    "ANITP",
    "MEN",
    "MTS",
    "MAE",
    "MAI",
    "IGPR",
    "IGPF",
    "IGI",
    "MMJS",
    "ANOFM",
    "ANPDCA",
    "DIICOT",
    "MJ",
    "MS",
    "DGASPC",
    "ONG",
    "CSM",
    "ANES",
    "ANR",
    "CNCD",
]
OBJECTIVES = ["1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "3.1", "3.2", "3.3", "4.1", "4.2", "5.1", "5.2"]
DEADLINES = ("anual", "trimestrial", "31.12.2021", "trim. IV 2022", "decembrie 2021", "permanent")
HEADER = ("Nr. crt.", "Obiectiv", "Activitate", "Indicatori", "Termen", "Responsabili", "Parteneri", "Resurse")


def write_plan(file: Path, rows: int, seed: int = 7) -> None:
    """Write a plan with so many rows."""
    pick = random.Random(seed)  # noqa: S311  # a made-up plan, not a secret
    book = xlsxwriter.Workbook(str(file))
    sheet = book.add_worksheet("Plan")
    sheet.write_row(0, 0, ("Planul național de acțiune 2021-2022",))
    sheet.write_row(1, 0, HEADER)
    for number in range(1, rows + 1):
        leads = pick.sample(BODIES, pick.randint(1, 3))
        partners = pick.sample([body for body in BODIES if body not in leads], pick.randint(0, 2))
        through = ["MMJS prin ANOFM"] if pick.random() < 0.2 and not {"MMJS", "ANOFM"} & {*leads, *partners} else []
        payers = f"Buget {', '.join(leads)}; granturi externe"
        indicators = f"număr de activități\nnumăr de beneficiari în anul {2018 + number % 5}"
        row = (
            str(number), pick.choice(OBJECTIVES), f"Activitatea {number}: campanie de informare", indicators,
            pick.choice(DEADLINES), ", ".join(leads), ", ".join(partners + through), payers,
        )  # fmt: skip
        sheet.write_row(number + 1, 0, row)
    book.close()


def run(file: Path, out: Path) -> tuple[float, float, str]:
    """Import the plan once; return seconds, megabytes and what the command said of its steps."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "api", "import", str(file), "--out", str(out), "--format", "json"]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    seconds = time.perf_counter() - started
    counts = json.loads(done.stdout)["proposal"]["counts"]
    return seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024, f"{counts}\n{done.stderr}"


def main() -> int:
    """Print the figures; exit with 1 where an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="?", type=int, default=5_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "plan.xlsx"
        write_plan(file, args.rows)
        found = [run(file, Path(name) / "out") for _ in range(args.runs)]
    seconds, memory = statistics.median(one[0] for one in found), max(one[1] for one in found)
    print(found[-1][2])
    times = f"{min(one[0] for one in found):.1f} to {max(one[0] for one in found):.1f}"
    print(
        f"{args.rows} rows: {seconds:.1f} s (median of {args.runs}; {times}), {memory:.0f} MB (aims: {AIM_S:g} s, {AIM_MB:g} MB)"
    )
    if args.json:
        args.json.write_text(json.dumps({"rows": args.rows, "seconds": seconds, "megabytes": memory}) + "\n")
    return 0 if seconds <= AIM_S and memory <= AIM_MB else 1


if __name__ == "__main__":
    sys.exit(main())
