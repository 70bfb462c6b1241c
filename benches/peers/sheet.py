"""The hanging sheet that every solver of this comparison is given, and how it is judged.

One square metre of cloth, flat, level and at rest, is let go from two corners of
one edge and falls for 0.3 s. `newton_sheet.py` and `blender_sheet.py` simulate
it; this module holds what they share: mesh, fabric, figures, the walk up a
ladder of settings, and the command line.
"""

from __future__ import annotations

import argparse
import inspect
import json
import math
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

try:
    import numpy as np
    from numpy.typing import NDArray
except ImportError as error:
    raise SystemExit(f"numpy is missing ({error}). Install it: pip install numpy") from error

SIDE = 1.0
"""Edge of the sheet, m."""
DENSITY = 0.2
"""Mass per area, kg/m²."""
STRETCH = 2000.0
"""c11 = c22: membrane stiffness along warp and weft, N/m; c12 is 0."""
SHEAR = 80.0
"""c33, N/m: energy per area c33 G12² with G12 = f0·f1/2."""
BENDING = 15.7e-6
"""Plate stiffness, N·m, in every direction."""
FRICTION = 0.3
"""Coulomb friction of cloth on cloth."""
GRAVITY = 9.81
"""m/s², downwards (-z)."""
FPS = 60
"""Frames per second."""
FRAMES = 18
"""0.3 s."""
TOLERANCE = 0.05
"""Largest relative error of the longest edge that counts as equally accurate."""
FALL = 0.322
"""How far the vertices come down in 0.3 s on average, m: converged, and next to the same for
all meshes. A solver that lags behind stretches little, because its cloth has not fallen yet."""
FALL_TOLERANCE = 0.1
"""Relative; generous, for a solver whose damping cannot be turned off."""
CONVERGED = {32: 1.1243, 64: 1.1843, 128: 1.280}
"""Longest edge over its rest length when fully converged, by cells; see docs/cloth.md.
`compare.py` takes it from Toile's own report instead, for any number of cells."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Sheet:
    """The mesh: point `i * (cells + 1) + j` lies at (i, j) / cells."""

    cells: int
    points: Floats
    """Rest and start positions (n, 3), m; z is up and 0."""
    triangles: Ints
    """(m, 3), counter-clockwise from above; diagonals alternate from cell to cell."""
    quads: Ints
    """(cells², 4): the same cells before they are cut."""
    pins: tuple[int, int]
    """The two corners that stay where they are."""
    edges: Ints
    """(k, 2), diagonals included."""

    @property
    def cell(self) -> float:
        """Side of a cell, m."""
        return SIDE / self.cells


def make_sheet(cells: int) -> Sheet:
    """The sheet with `cells` x `cells` cells, vertex for vertex the one Toile hangs."""
    row = cells + 1
    i, j = np.divmod(np.arange(row * row), row)
    points = np.stack([i / cells, j / cells, np.zeros(row * row)], axis=1) * SIDE
    i, j = np.divmod(np.arange(cells * cells), cells)
    a, b, c, d = i * row + j, (i + 1) * row + j, (i + 1) * row + j + 1, i * row + j + 1
    even = ((i + j) % 2 == 0)[:, None]
    first = np.where(even, np.stack([a, b, c], axis=1), np.stack([a, b, d], axis=1))
    second = np.where(even, np.stack([a, c, d], axis=1), np.stack([b, c, d], axis=1))
    triangles = np.stack([first, second], axis=1).reshape(-1, 3)
    sides = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    edges = np.unique(np.sort(sides, axis=1), axis=0)
    quads = np.stack([a, b, c, d], axis=1)
    return Sheet(cells, points, triangles, quads, (0, cells * row), edges)


@dataclass
class Run:
    """One simulation of 0.3 s with one rung of settings."""

    peer: str
    cells: int
    vertices: int
    self_contact: bool
    settings: dict[str, float | int | str]
    ms_per_frame: float
    """Median wall time over the frames after the first."""
    ms_first: float
    ms_total: float
    """All 18 frames."""
    max_stretch: float
    """Longest edge over its rest length."""
    p999_stretch: float
    """The same for the edge at 99.9 %."""
    fall: float
    """Mean drop of the vertices, m."""
    max_speed: float
    """Of the fastest vertex over the last frame, m/s; near 3 when nothing holds the cloth up."""
    crossings: int
    """Pairs of edge and triangle that cross in the last frame; -1: positions not finite."""
    converged_stretch: float | None = None

    @property
    def error(self) -> float:
        """Relative error of the longest edge; infinite when unknown."""
        if self.converged_stretch is None or not math.isfinite(self.max_stretch):
            return math.inf
        return self.max_stretch / self.converged_stretch - 1.0

    @property
    def stretch_met(self) -> bool:
        """Whether the longest edge is right, and with self-contact nothing crosses."""
        clean = self.crossings == 0 or not self.self_contact
        return clean and abs(self.error) <= TOLERANCE

    @property
    def met(self) -> bool:
        """Whether the run is as accurate as asked: `stretch_met`, and the cloth has fallen."""
        return self.stretch_met and abs(self.fall / FALL - 1.0) <= FALL_TOLERANCE

    def line(self) -> str:
        """One line for a person."""
        how = " ".join(f"{key}={value}" for key, value in self.settings.items())
        error = f"{100 * self.error:+6.1f} %" if math.isfinite(self.error) else "     ? "
        return (
            f"{self.peer:14} {self.cells:4} cells, contact {'on ' if self.self_contact else 'off'}"
            f" {self.ms_per_frame:9.1f} ms/frame, max {self.max_stretch:.4f} ({error})"
            f" p99.9 {self.p999_stretch:.4f}, fell {self.fall:.3f} m, {self.crossings} crossings"
            f" {'MET' if self.met else '-  '} | {how}"
        )

    def json(self) -> dict[str, Any]:
        """The run as plain data."""
        error = self.error
        plain = asdict(self)
        for key in ("max_stretch", "p999_stretch", "fall", "max_speed"):
            plain[key] = plain[key] if math.isfinite(plain[key]) else None
        return plain | {
            "error": error if math.isfinite(error) else None,
            "stretch_met": self.stretch_met,
            "met": self.met,
        }


def stretch(sheet: Sheet, positions: Floats) -> tuple[float, float]:
    """Largest and 99.9 % ratio of an edge's length to its rest length."""
    a, b = sheet.edges.T
    rest = np.linalg.norm(sheet.points[a] - sheet.points[b], axis=1)
    ratio = np.sort(np.linalg.norm(positions[a] - positions[b], axis=1) / rest)
    return float(ratio[-1]), float(ratio[(len(ratio) - 1) * 999 // 1000])


def crossings(sheet: Sheet, positions: Floats) -> int:
    """How often the sheet goes through itself, by the check in `tools/oracle`."""
    tools = Path(__file__).resolve().parents[2] / "tools" / "oracle"
    if str(tools) not in sys.path:
        sys.path.append(str(tools))
    try:
        import intersections
    except ImportError as error:
        raise SystemExit(
            f"cannot count intersections ({error}). Install into this Python: "
            "pip install ipctk==1.6.1"
        ) from error
    owner = np.full(len(sheet.triangles), "cloth")
    return len(intersections.crossings(positions, sheet.triangles, owner)[0])


Frame = Callable[[], None]
Positions = Callable[[], Floats]
Rung = TypeVar("Rung")


def measure(
    peer: str,
    sheet: Sheet,
    self_contact: bool,
    settings: dict[str, float | int | str],
    frame: Frame,
    positions: Positions,
    converged: float | None,
) -> Run:
    """Runs 18 frames and takes the figures. `frame` advances by one and returns when it is
    done; `positions` reads back and is not timed."""
    times: list[float] = []
    before = sheet.points
    for number in range(FRAMES):
        if number == FRAMES - 1:
            before = positions()
        start = time.perf_counter()
        frame()
        times.append((time.perf_counter() - start) * 1e3)
    last = positions()
    finite = bool(np.isfinite(last).all()) and float(np.abs(last).max()) < 1e3
    longest, p999 = stretch(sheet, last) if finite else (math.inf, math.inf)
    speed = float(np.linalg.norm(last - before, axis=1).max()) * FPS if finite else math.inf
    return Run(
        peer=peer,
        cells=sheet.cells,
        vertices=len(sheet.points),
        self_contact=self_contact,
        settings=settings,
        ms_per_frame=statistics.median(times[1:]),
        ms_first=times[0],
        ms_total=sum(times),
        max_stretch=longest,
        p999_stretch=p999,
        fall=float(-last[:, 2].mean()) if finite else math.inf,
        max_speed=speed,
        crossings=crossings(sheet, last) if finite else -1,
        converged_stretch=converged,
    )


def walk(
    ladder: Sequence[Rung],
    work: Callable[[Rung], float],
    run: Callable[[Rung], Run],
    limit_s: float,
    climb_on: bool = False,
) -> list[Run]:
    """Climbs the ladder until a rung is accurate enough. `work` is proportional to what a
    rung costs; a rung that would take longer than `limit_s` is left out."""
    runs: list[Run] = []
    pace = 0.0
    for rung in ladder:
        expected = pace * work(rung)
        if expected > limit_s:
            what = f"    next rung left out: about {expected:.0f} s, over --limit-s"
            print(what, file=sys.stderr)
            break
        done = run(rung)
        runs.append(done)
        print(done.line(), flush=True)
        if done.met and not climb_on:
            break
        pace = done.ms_total / 1e3 / work(rung)
    return runs


def chosen(runs: Sequence[Run]) -> Run:
    """The rung to report: the first that met the bar, else the most accurate one."""
    for run in runs:
        if run.met:
            return run
    fallen = [run for run in runs if abs(run.fall / FALL - 1.0) <= FALL_TOLERANCE]
    return min(
        fallen or runs, key=lambda run: (run.self_contact and run.crossings != 0, abs(run.error))
    )


def parser(what: str, epilog: str) -> argparse.ArgumentParser:
    """The command line that the peers share."""
    out = argparse.ArgumentParser(
        description=what, epilog=epilog, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    out.add_argument(
        "--cells",
        type=cells_list,
        default=[32],
        metavar="N[,N...]",
        help="cells along a side, e.g. 32,64,128 (default: 32)",
    )
    out.add_argument(
        "--contact",
        choices=("on", "off", "both"),
        default="off",
        help="cloth against itself (default: off)",
    )
    out.add_argument(
        "--converged",
        type=float,
        metavar="RATIO",
        help="longest edge over its rest length that counts as right, for all of --cells; known "
        f"by itself for {', '.join(map(str, CONVERGED))}. Toile reports it as converged_stretch.",
    )
    out.add_argument(
        "--set",
        dest="settings",
        type=settings,
        metavar="KEY=N[,KEY=N...]",
        help="run these settings only instead of climbing the ladder",
    )
    out.add_argument(
        "--all", action="store_true", help="climb on after the first rung that is accurate enough"
    )
    out.add_argument(
        "--limit-s",
        type=float,
        default=180.0,
        metavar="S",
        help="leave out rungs that would simulate for longer than this (default: 180)",
    )
    out.add_argument("--json", type=Path, metavar="PATH", help="write every run there")
    return out


def cells_list(text: str) -> list[int]:
    """Parses `32,64,128`."""
    try:
        found = [int(part) for part in text.split(",")]
    except ValueError:
        what = f"{text!r} is no list of whole numbers like 32,64"
        raise argparse.ArgumentTypeError(what) from None
    if not found or min(found) < 2:
        raise argparse.ArgumentTypeError("a sheet needs at least 2 cells a side")
    return found


def settings(text: str) -> dict[str, int]:
    """Parses `substeps=10,iterations=4`."""
    found: dict[str, int] = {}
    for part in text.split(","):
        key, equals, value = part.partition("=")
        if not equals or not value.isdigit() or int(value) < 1:
            raise argparse.ArgumentTypeError(f"{part!r} is not like substeps=10")
        found[key.strip()] = int(value)
    return found


def rung_of(kind: Callable[..., Rung], chosen_settings: dict[str, int]) -> Rung:
    """The rung with these settings, or an error that names the ones there are."""
    try:
        return kind(**chosen_settings)
    except TypeError:
        known = ", ".join(inspect.signature(kind).parameters)
        raise SystemExit(
            f"--set {','.join(f'{k}={v}' for k, v in chosen_settings.items())} does not fit: "
            f"the settings are {known} (see --help)"
        ) from None


def contacts(choice: str) -> list[bool]:
    """`on`, `off` or `both` as a list."""
    return {"on": [True], "off": [False], "both": [False, True]}[choice]


def converged(cells: int, given: float | None) -> float:
    """What the longest edge should be, or an error that says how to tell."""
    if given is not None:
        return given
    if cells in CONVERGED:
        return CONVERGED[cells]
    raise SystemExit(
        f"no converged stretch known for {cells} cells: give it with --converged "
        "(`toile bench cloth --cells N --json PATH` reports it as converged_stretch)"
    )


def report(path: Path | None, peer: str, version: str, device: str, runs: Sequence[Run]) -> None:
    """Writes all runs of one call as JSON."""
    if path is None:
        return
    content = {
        "peer": peer,
        "version": version,
        "device": device,
        "runs": [run.json() for run in runs],
        "chosen": [
            chosen([run for run in runs if (run.cells, run.self_contact) == scene]).json()
            for scene in dict.fromkeys((run.cells, run.self_contact) for run in runs)
        ],
    }
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
