#!/usr/bin/env python3
"""The hanging sheet in Blender's cloth simulation, through the `bpy` module."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

import sheet as common
from sheet import Floats, Run, Sheet

try:
    import bpy
except ImportError as error:
    raise SystemExit(
        f"Blender's module is missing ({error}). It needs Python 3.11; install into it: "
        "pip install bpy==5.0.1 ipctk==1.6.1"
    ) from error

EPILOG = """\
settings for --set:
  quality      steps per frame of 1/60 s (Blender's Quality Steps)
  collision    collision iterations per step (Blender's collision Quality)

example:
  python blender_sheet.py --cells 32,64 --contact both
  python blender_sheet.py --cells 64 --set quality=20
"""

FRAME_UNIT = 0.001**0.5
"""What Blender's cloth calls one frame at speed 1, s, whatever the frame rate: it applies a
thousandth of gravity, per frame squared. Forces per length are scaled alike."""


@dataclass(frozen=True)
class Rung:
    """How much work a frame may be."""

    quality: int
    collision: int = 2

    @property
    def work(self) -> float:
        """Proportional to the time of a frame, roughly: contact shows only in the run."""
        return self.quality * (1.0 + 0.1 * self.collision)


LADDER = [
    Rung(1),
    Rung(2),
    Rung(3),
    Rung(5),
    Rung(7),
    Rung(10),
    Rung(15),
    Rung(20, 4),
    Rung(30, 4),
    Rung(40, 6),
    Rung(80, 8),
]
"""Blender's defaults are 5 and 2."""


def exact_time_scale(quality: int) -> float:
    """Blender's speed at which a frame lasts 1/60 s and has exactly `quality` steps.

    Its loop adds up steps in single precision until the frame is full, which for some numbers
    of steps does one too many; then the speed is lowered by a few parts in ten million.
    """
    speed = np.float32(1.0 / common.FPS / FRAME_UNIT)
    for _ in range(64):
        step = np.float32(np.float32(1.0) / np.float32(quality)) * speed
        done, steps = np.float32(0.0), 0
        while done < speed:
            done = np.float32(done + step)
            steps += 1
        if steps == quality:
            break
        speed = np.nextafter(speed, np.float32(0.0))
    else:
        raise SystemExit(f"quality {quality} cannot be made to fill a frame; choose another")
    return float(speed)


def self_distance(sheet: Sheet) -> float:
    """Blender's default of 15 mm, but no more than a third of an edge: cloth that already
    counts as touching where it lies flat crumples."""
    return min(0.015, sheet.cell / 3)


def build(sheet: Sheet, rung: Rung, contact: bool) -> bpy.types.Object:
    """An empty scene with the sheet; README.md tells how the fabric is mapped."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.render.fps = common.FPS
    scene.frame_start, scene.frame_end = 1, common.FRAMES + 1
    scene.gravity = (0.0, 0.0, -common.GRAVITY)
    mesh = bpy.data.meshes.new("sheet")
    mesh.from_pydata(sheet.points.tolist(), [], sheet.quads.tolist())
    cloth = bpy.data.objects.new("sheet", mesh)
    scene.collection.objects.link(cloth)
    cloth.vertex_groups.new(name="pins").add(list(sheet.pins), 1.0, "REPLACE")
    modifier = cloth.modifiers.new("cloth", "CLOTH")
    modifier.point_cache.frame_start, modifier.point_cache.frame_end = 1, common.FRAMES + 1
    s = modifier.settings
    s.quality = rung.quality
    s.time_scale = exact_time_scale(rung.quality)
    s.vertex_group_mass = "pins"
    s.mass = common.DENSITY * common.SIDE**2 / len(sheet.points)
    # Stiffness is divided by the mean edge length, and a spring of 1 is 1000 N/m. Of the two
    # shear springs of a cell only the longer one pulls, which is why c33 is that of one.
    unit = sheet.cell / 1000.0
    s.tension_stiffness = (common.STRETCH - common.SHEAR) * unit
    s.compression_stiffness = s.tension_stiffness / 2
    s.shear_stiffness = common.SHEAR * unit
    s.bending_model = "ANGULAR"
    s.bending_stiffness = common.BENDING / (100.0 * sheet.cell)
    s.tension_damping = s.compression_damping = s.shear_damping = s.bending_damping = 0.0
    s.air_damping = 0.0
    c = modifier.collision_settings
    c.use_collision = False
    c.use_self_collision = contact
    c.collision_quality = rung.collision
    c.self_distance_min = self_distance(sheet)
    c.self_friction = common.FRICTION
    return cloth


def run(sheet: Sheet, rung: Rung, contact: bool, converged: float | None) -> Run:
    """Simulates one rung."""
    cloth = build(sheet, rung, contact)
    scene = bpy.context.scene
    scene.frame_set(1)
    settings: dict[str, float | int | str] = {"quality": rung.quality}
    if contact:
        settings |= {
            "collision": rung.collision,
            "distance_mm": round(self_distance(sheet) * 1e3, 2),
        }

    def frame() -> None:
        scene.frame_set(scene.frame_current + 1)

    def positions() -> Floats:
        solved = cloth.evaluated_get(bpy.context.evaluated_depsgraph_get())
        mesh = solved.to_mesh()
        flat = np.empty(3 * len(mesh.vertices), dtype=np.float32)
        mesh.vertices.foreach_get("co", flat)
        solved.to_mesh_clear()
        return flat.reshape(-1, 3).astype(np.float64)

    return common.measure("blender", sheet, contact, settings, frame, positions, converged)


@contextlib.contextmanager
def chatter_to_stderr() -> Iterator[None]:
    """Blender's own C++ messages go to standard error, so that tables stay readable."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    sys.stdout = os.fdopen(kept, "w", encoding="utf-8")
    yield
    sys.stdout.flush()


def main() -> None:
    """Runs what the command line asks for."""
    parser = common.parser(__doc__ or "", EPILOG)
    args = parser.parse_args()
    runs: list[Run] = []
    with chatter_to_stderr():
        for cells in args.cells:
            sheet = common.make_sheet(cells)
            for contact in common.contacts(args.contact):
                right = common.converged(cells, args.converged)
                rungs = LADDER if args.settings is None else [common.rung_of(Rung, args.settings)]
                runs += common.walk(
                    rungs,
                    lambda rung: rung.work,
                    lambda rung: run(sheet, rung, contact, right),
                    args.limit_s,
                    args.all,
                )
        common.report(args.json, "blender", bpy.app.version_string, "cpu", runs)


if __name__ == "__main__":
    main()
