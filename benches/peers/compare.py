#!/usr/bin/env python3
"""Toile's cloth solver against its peers on the hanging sheet, at equal accuracy.

First every peer climbs its ladder of settings to the cheapest one that is
accurate enough. Then all solvers take turns, several rounds of them, so that
whatever else the machine does hits all alike; the median of the rounds counts.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sheet as common

HERE = Path(__file__).resolve().parent
RUNG_KEYS = ("substeps", "iterations", "linear", "quality", "collision")
"""What of a run's settings can be given to --set; the rest follows from it."""

EPILOG = """\
example, with the virtual environments that README.md makes:
  python3 compare.py --toile ../../target/debug/toile \\
      --newton-python newton-venv/bin/python --blender-python blender-venv/bin/python \\
      --cells 32,64,128 --contact both --out compare.json

Any of --toile, --newton-python and --blender-python may be left out; that
solver is then not in the table. This script itself needs only numpy, and runs
in any of those environments.

The ratio is the peer's time over Toile's: above 1, Toile is faster.
"""


@dataclass
class Solver:
    """Someone who takes part, and how to call it."""

    name: str
    command: list[str]
    """Without cells, contact and settings."""

    @property
    def is_toile(self) -> bool:
        """Whether this is our own solver."""
        return self.name == "toile"


@dataclass
class Entry:
    """One solver on one sheet."""

    name: str
    cells: int
    contact: bool
    figures: dict[str, Any]
    """The run that is reported."""
    ladder: list[dict[str, Any]] = field(default_factory=list)
    rounds_ms: list[float] = field(default_factory=list)

    @property
    def ms(self) -> float:
        """Median over the rounds of the median frame."""
        return statistics.median(self.rounds_ms)

    @property
    def settings(self) -> str:
        """As --set wants them."""
        settings = self.figures.get("settings", {})
        return ",".join(f"{key}={settings[key]}" for key in RUNG_KEYS if key in settings)


def call(command: list[str], limit_s: float) -> dict[str, Any]:
    """Runs a command that writes JSON to the path appended to it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "out.json"
        full = [*command, "--json", str(path)]
        try:
            done = subprocess.run(
                full,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=limit_s,
                check=False,
            )
        except FileNotFoundError:
            raise SystemExit(f"{command[0]} does not exist; give the right path") from None
        except subprocess.TimeoutExpired:
            raise SystemExit(f"took longer than {limit_s:.0f} s: {' '.join(full)}") from None
        if done.returncode != 0 or not path.exists():
            tail = "\n".join(done.stdout.splitlines()[-8:])
            raise SystemExit(f"failed ({done.returncode}): {' '.join(full)}\n{tail}")
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return content


def on_off(contact: bool) -> str:
    """The word for --contact."""
    return "on" if contact else "off"


def toile_row(solver: Solver, cells: int, contact: bool, limit_s: float) -> dict[str, Any]:
    """Toile's row for one sheet, with the judgement that the peers give themselves."""
    out = call([*solver.command, "--cells", str(cells), "--contact", on_off(contact)], limit_s)
    rows = [
        row
        for row in out.get("rows", [])
        if row.get("scene") == "sheet"
        and row.get("cells") == cells
        and row.get("self_contact") == contact
    ]
    if not rows:
        raise SystemExit(
            f"`{' '.join(solver.command)}` reported no sheet of {cells} cells with contact "
            f"{on_off(contact)}; is it a newer or older toile?"
        )
    row: dict[str, Any] = rows[-1] | {"adapter": out.get("adapter")}
    row["settings"] = {"substeps": row["substeps"], "iterations": row["iterations"]}
    row["error"] = row["max_stretch"] / row["converged_stretch"] - 1.0
    row["met"] = row["stretch_met"] = abs(row["error"]) <= common.TOLERANCE and (
        row["crossings"] == 0 or not contact
    )
    return row


def peer_runs(
    solver: Solver, cells: int, contact: bool, converged: float, limit_s: float, fixed: str = ""
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The chosen run of a peer and all of its ladder; one run with `fixed` settings."""
    command = [
        *solver.command,
        "--cells",
        str(cells),
        "--contact",
        on_off(contact),
        "--converged",
        str(converged),
        "--limit-s",
        str(limit_s),
    ]
    if fixed:
        command += ["--set", fixed]
    # A ladder has at most a dozen rungs; starting and compiling take a minute or two.
    out = call(command, 12 * limit_s + 600)
    extra = {"version": out["version"], "device": out["device"]}
    return out["chosen"][0] | extra, out["runs"]


def verdict(figures: dict[str, Any]) -> str:
    """Accurate enough, or what is not."""
    if figures["met"]:
        return "yes"
    reasons = []
    if figures["error"] is None:
        reasons.append("diverged")
    elif abs(figures["error"]) > common.TOLERANCE:
        reasons.append("stretch")
    if figures["crossings"] != 0 and figures["self_contact"]:
        reasons.append("crossings")
    fall = figures.get("fall")
    if fall is not None and abs(fall / common.FALL - 1) > common.FALL_TOLERANCE:
        reasons.append("fall")
    return "NO: " + ", ".join(reasons)


def table(entries: list[Entry]) -> str:
    """The result for a person."""
    lines = [
        f"{'cells':>5} {'contact':7} {'solver':15} {'ms/frame':>9} {'ratio':>7} {'max':>7} "
        f"{'error':>8} {'p99.9':>7} {'fall m':>6} {'cross':>5}  {'accurate':16} settings"
    ]
    ours = {(e.cells, e.contact): e for e in entries if e.name == "toile"}
    previous = None
    for entry in entries:
        scene = (entry.cells, entry.contact)
        if previous not in (None, scene):
            lines.append("")
        previous = scene
        f = entry.figures
        base = ours.get(scene)
        ratio = f"{entry.ms / base.ms:7.2f}" if base is not None else f"{'-':>7}"
        error = "       ?" if f["error"] is None else f"{100 * f['error']:+6.1f} %"
        longest = "inf" if f["max_stretch"] is None else f"{f['max_stretch']:.4f}"
        p999 = "inf" if f["p999_stretch"] is None else f"{f['p999_stretch']:.4f}"
        fall = "" if f.get("fall") is None else f"{f['fall']:.3f}"
        lines.append(
            f"{entry.cells:5} {on_off(entry.contact):7} {entry.name:15} {entry.ms:9.1f} {ratio} "
            f"{longest:>7} {error:>8} {p999:>7} {fall:>6} {f['crossings']:5}  {verdict(f):16} "
            f"{entry.settings}"
        )
    return "\n".join(lines)


def scene_entries(
    solvers: list[Solver], cells: int, contact: bool, args: argparse.Namespace
) -> list[Entry]:
    """Every solver on one sheet: ladders first, then the rounds."""
    entries: list[Entry] = []
    right = args.converged
    for solver in solvers:
        what = f"{cells} cells, contact {on_off(contact)}: {solver.name} ..."
        print(what, file=sys.stderr, flush=True)
        if solver.is_toile:
            row = toile_row(solver, cells, contact, args.toile_limit_s)
            right = right if right is not None else float(row["converged_stretch"])
            entries.append(Entry("toile", cells, contact, row))
        else:
            right = common.converged(cells, right)
            figures, runs = peer_runs(solver, cells, contact, right, args.limit_s)
            entries.append(Entry(solver.name, cells, contact, figures, runs))
    for number in range(args.rounds):
        for solver, entry in zip(solvers, entries, strict=True):
            print(f"    round {number + 1}: {solver.name}", file=sys.stderr, flush=True)
            if solver.is_toile:
                again = toile_row(solver, cells, contact, args.toile_limit_s)
            else:
                assert right is not None
                again, _ = peer_runs(solver, cells, contact, right, args.limit_s, entry.settings)
            entry.rounds_ms.append(float(again["ms_per_frame"]))
    if args.rounds == 0:
        for entry in entries:
            entry.rounds_ms.append(float(entry.figures["ms_per_frame"]))
    return entries


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--toile", metavar="PATH", help="the toile program")
    parser.add_argument("--newton-python", metavar="PATH", help="Python with newton and ipctk")
    parser.add_argument("--blender-python", metavar="PATH", help="Python 3.11 with bpy and ipctk")
    parser.add_argument(
        "--newton-device", default="cpu", metavar="NAME", help="cpu (default) or cuda:0"
    )
    parser.add_argument(
        "--cells",
        type=common.cells_list,
        default=[32, 64, 128],
        metavar="N[,N...]",
        help="cells along a side (default: 32,64,128)",
    )
    parser.add_argument(
        "--contact",
        choices=("on", "off", "both"),
        default="both",
        help="cloth against itself (default: both)",
    )
    parser.add_argument(
        "--rounds",
        type=int,
        default=3,
        metavar="N",
        help="how often all take turns (default: 3; 0: the ladder's own times)",
    )
    parser.add_argument(
        "--limit-s",
        type=float,
        default=180.0,
        metavar="S",
        help="peers leave out rungs that would simulate for longer than this (default: 180)",
    )
    parser.add_argument(
        "--toile-limit-s",
        type=float,
        default=1800.0,
        metavar="S",
        help="give up on one call of toile after this long (default: 1800)",
    )
    parser.add_argument(
        "--converged",
        type=float,
        metavar="RATIO",
        help="longest edge that counts as right; otherwise Toile reports it",
    )
    parser.add_argument("--out", type=Path, metavar="PATH", help="write everything there as JSON")
    args = parser.parse_args()
    if args.rounds < 0:
        parser.error("--rounds must not be negative")
    if not (args.toile or args.newton_python or args.blender_python):
        parser.error(
            "nothing to compare: give at least one of --toile, --newton-python, --blender-python"
        )
    return args


def main() -> None:
    """Runs the comparison."""
    args = arguments()
    solvers: list[Solver] = []
    if args.toile:
        solvers.append(Solver("toile", [args.toile, "bench", "cloth"]))
    if args.newton_python:
        script = [args.newton_python, str(HERE / "newton_sheet.py"), "--device", args.newton_device]
        solvers += [
            Solver(f"newton-{solver}", [*script, "--solver", solver])
            for solver in ("vbd", "style3d")
        ]
    if args.blender_python:
        solvers.append(Solver("blender", [args.blender_python, str(HERE / "blender_sheet.py")]))
    entries: list[Entry] = []
    for cells in args.cells:
        for contact in common.contacts(args.contact):
            entries += scene_entries(solvers, cells, contact, args)
            write(args.out, entries)
    print(table(entries))


def write(path: Path | None, entries: list[Entry]) -> None:
    """Writes what there is so far."""
    if path is None:
        return
    content = {
        "date": time.strftime("%Y-%m-%d"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "tolerance": common.TOLERANCE,
        "fall_m": common.FALL,
        "entries": [
            {
                "solver": e.name,
                "cells": e.cells,
                "self_contact": e.contact,
                "ms_per_frame": e.ms,
                "rounds_ms": e.rounds_ms,
                "figures": e.figures,
                "ladder": e.ladder,
            }
            for e in entries
        ],
    }
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
