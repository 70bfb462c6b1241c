#!/usr/bin/env python3
"""The hanging sheet in NVIDIA Newton, with its solvers VBD and Style3D."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sheet as common
from sheet import Floats, Run, Sheet

try:
    import newton
    import numpy as np
    import warp as wp
    from newton.solvers import style3d
except ImportError as error:
    raise SystemExit(
        f"Newton is missing ({error}). Install into this Python: "
        "pip install newton==1.8.0 ipctk==1.6.1"
    ) from error

EPILOG = """\
solvers:
  style3d        projective dynamics, conjugate gradients, orthotropic membrane
  vbd            vertex block descent; warp and weft carried by springs on the
                 mesh's edges, shear by a soft membrane: the orthotropic fabric
  vbd-isotropic  vertex block descent with its own membrane alone, which is 25
                 times as stiff in shear: another fabric, for its speed only

settings for --set:
  substeps     steps per frame of 1/60 s
  iterations   sweeps (VBD) or nonlinear iterations (Style3D) per step
  linear       conjugate gradient iterations per nonlinear one (Style3D)

example:
  python newton_sheet.py --solver style3d --cells 32,64
  python newton_sheet.py --solver vbd --cells 64 --set substeps=10,iterations=10

The first call compiles kernels, which takes a minute; that is not timed. On
the CPU, Warp runs on one core.
"""

SOLVERS = ("vbd", "style3d", "vbd-isotropic")


@dataclass(frozen=True)
class Rung:
    """How much work a frame may be."""

    substeps: int
    iterations: int
    linear: int = 10

    @property
    def work(self) -> float:
        """Proportional to the time of a frame."""
        return self.substeps * self.iterations * (5.0 + self.linear)


VBD_LADDER = [
    Rung(10, 4, 0),
    Rung(10, 10, 0),
    Rung(20, 5, 0),
    Rung(40, 4, 0),
    Rung(20, 10, 0),
    Rung(50, 5, 0),
    Rung(100, 4, 0),
    Rung(100, 8, 0),
    Rung(200, 6, 0),
    Rung(300, 8, 0),
    Rung(400, 10, 0),
]
"""Newton's cloth examples use 10 x 4, 10 x 10 and 20 x 10. Small steps converge best."""
STYLE3D_LADDER = [
    Rung(2, 10),
    Rung(10, 4),
    Rung(8, 10),
    Rung(10, 10),
    Rung(8, 20),
    Rung(2, 40, 50),
    Rung(4, 40, 50),
    Rung(2, 100, 100),
    Rung(4, 100, 100),
]
"""Newton's examples use 2 x 10, 10 x 4 and 8 x 10. Every step takes 0.2 % off the velocity, so
that small steps fall short."""


def ladder(solver: str) -> Sequence[Rung]:
    """The settings to try, from cheap to dear."""
    return STYLE3D_LADDER if solver == "style3d" else VBD_LADDER


def self_contact_reach(sheet: Sheet, dt: float) -> tuple[float, float]:
    """VBD's self-contact margin and gap, m.

    The cloth examples take a fifth of an edge (hanging) to a tenth (twist) as margin. A step
    may move a vertex by 0.5 x 0.85 x (margin + gap), so the gap is made wide enough for 4 m/s;
    half the margin is the least the documentation asks for.
    """
    margin = min(2e-3, sheet.cell / 5)
    return margin, max(0.75 * margin, 4.0 * dt / (0.5 * 0.85) - margin)


def build_model(solver: str, sheet: Sheet) -> newton.Model:
    """The sheet as Newton's model; README.md tells how the fabric is mapped."""
    builder = newton.ModelBuilder(gravity=(0.0, 0.0, -common.GRAVITY))
    place = {
        "pos": wp.vec3(0.0, 0.0, 0.0),
        "rot": wp.quat_identity(),
        "vel": wp.vec3(0.0, 0.0, 0.0),
        "vertices": [wp.vec3(*point) for point in sheet.points],
        "indices": sheet.triangles.ravel().tolist(),
        "scale": 1.0,
        "density": common.DENSITY,
        "particle_radius": 0.5e-3,
        "tri_kd": 0.0,
        "tri_drag": 0.0,
        "tri_lift": 0.0,
        "edge_kd": 0.0,
    }
    if solver == "style3d":
        newton.solvers.SolverStyle3D.register_custom_attributes(builder)
        place["vertices"] = sheet.points.tolist()
        style3d.add_cloth_mesh(
            builder,
            panel_verts=sheet.points[:, :2].tolist(),
            tri_aniso_ke=wp.vec3(common.STRETCH, common.STRETCH, common.SHEAR / 2),
            edge_aniso_ke=wp.vec3(common.BENDING / 3, common.BENDING / 3, common.BENDING / 3),
            **place,
        )
    else:
        mu = (common.STRETCH if solver == "vbd-isotropic" else common.SHEAR) / 2
        builder.add_cloth_mesh(tri_ke=mu, tri_ka=0.0, edge_ke=common.BENDING, **place)
        # The hinge energy is ke l θ² / 2: to stand for a plate, ke must follow the mesh.
        area = sheet.cell**2
        for number, (_, _, a, b) in enumerate(builder.edge_indices):
            length = float(np.linalg.norm(sheet.points[a] - sheet.points[b]))
            builder.edge_bending_properties[number] = (common.BENDING * length / area, 0.0)
        if solver == "vbd":
            add_springs(builder, sheet)
    for pin in sheet.pins:
        builder.particle_mass[pin] = 0.0
        flags = int(builder.particle_flags[pin])
        builder.particle_flags[pin] = flags & ~int(newton.ParticleFlags.ACTIVE)
    if solver != "style3d":
        builder.color(include_bending=True)
    model = builder.finalize()
    model.soft_contact_ke = 1.0e3
    model.soft_contact_kd = 0.0
    model.soft_contact_mu = common.FRICTION
    return model


def add_springs(builder: newton.ModelBuilder, sheet: Sheet) -> None:
    """Springs along warp and weft with what the soft membrane lacks of c11 and c22."""
    a, b = sheet.points[sheet.edges[:, 0]], sheet.points[sheet.edges[:, 1]]
    straight = np.array(np.abs((a - b)[:, :2]).min(axis=1) < 1e-9, dtype=bool)
    middle = ((a + b) / 2)[:, :2]
    on_side = np.isclose(middle, 0.0) | np.isclose(middle, common.SIDE)
    rim = np.array(np.any(on_side, axis=1), dtype=bool)
    for edge, on_rim in zip(sheet.edges[straight], rim[straight], strict=True):
        stiffness = (common.STRETCH - common.SHEAR) * (0.5 if on_rim else 1.0)
        builder.add_spring(int(edge[0]), int(edge[1]), stiffness, 0.0, 0.0)


class Simulation:
    """One model, solver and pair of states."""

    def __init__(self, solver: str, sheet: Sheet, rung: Rung, contact: bool) -> None:
        """Builds everything and, where Warp can, records a frame as a graph."""
        self.model = build_model(solver, sheet)
        self.rung = rung
        self.dt = 1.0 / common.FPS / rung.substeps
        self.solver: newton.solvers.SolverBase
        self.notes: dict[str, float | int | str] = {}
        self.rebuild: Callable[[newton.State], None] | None = None
        self.contacts = None
        if solver == "style3d":
            config = newton.solvers.SolverStyle3D.Config(
                iterations=rung.iterations, linear_iterations=rung.linear
            )
            self.solver = newton.solvers.SolverStyle3D(self.model, config=config)
            if contact:
                self.notes["radius_mm"] = self.solver.collision.radius * 1e3
                self.rebuild = self.solver.rebuild_bvh
                # There is nothing but the cloth; the solver still asks for the object.
                self.contacts = newton.CollisionPipeline(self.model).contacts()
            else:
                self.solver.collision = None
        else:
            margin, gap = self_contact_reach(sheet, self.dt)
            self.solver = newton.solvers.SolverVBD(
                self.model,
                iterations=rung.iterations,
                particle_enable_self_contact=contact,
                particle_self_contact_margin=margin,
                particle_self_contact_gap=gap,
                particle_vertex_contact_buffer_size=64,
                particle_edge_contact_buffer_size=128,
            )
            if contact:
                self.notes |= {"margin_mm": round(margin * 1e3, 2), "gap_mm": round(gap * 1e3, 2)}
                self.rebuild = self.solver.rebuild_bvh
        self.state, self.other = self.model.state(), self.model.state()
        self.control = self.model.control()
        self.graph = None
        # numpy() is a view on the CPU, hence the copies.
        start = self.state.particle_q.numpy().copy(), self.state.particle_qd.numpy().copy()
        self.steps()  # compiles
        # Style3D calls back to the host on the CPU, which no graph can hold; an odd number
        # of steps would end in the other state.
        if rung.substeps % 2 == 0 and (solver != "style3d" or wp.get_device().is_cuda):
            with wp.ScopedCapture() as capture:
                self.steps()
            self.graph = capture.graph
        for state in (self.state, self.other):
            state.particle_q.assign(start[0])
            state.particle_qd.assign(start[1])
        wp.synchronize()

    def steps(self) -> None:
        """The substeps of a frame."""
        for _ in range(self.rung.substeps):
            self.state.clear_forces()
            self.solver.step(self.state, self.other, self.control, self.contacts, self.dt)
            self.state, self.other = self.other, self.state

    def frame(self) -> None:
        """Advances by one frame and waits for it."""
        if self.rebuild is not None:
            self.rebuild(self.state)
        if self.graph is not None:
            wp.capture_launch(self.graph)
        else:
            self.steps()
        wp.synchronize()

    def positions(self) -> Floats:
        """Where the vertices are."""
        return np.asarray(self.state.particle_q.numpy(), dtype=np.float64)


def run(solver: str, sheet: Sheet, rung: Rung, contact: bool, converged: float | None) -> Run:
    """Simulates one rung."""
    simulation = Simulation(solver, sheet, rung, contact)
    settings: dict[str, float | int | str] = {
        "substeps": rung.substeps,
        "iterations": rung.iterations,
    }
    if solver == "style3d":
        settings["linear"] = rung.linear
    settings |= simulation.notes
    return common.measure(
        f"newton-{solver}",
        sheet,
        contact,
        settings,
        simulation.frame,
        simulation.positions,
        converged,
    )


def main() -> None:
    """Runs what the command line asks for."""
    parser = common.parser(__doc__ or "", EPILOG)
    parser.add_argument("--solver", choices=SOLVERS, default="style3d", help="default: style3d")
    parser.add_argument("--device", default="cpu", help="Warp's device: cpu (default) or cuda:0")
    args = parser.parse_args()
    wp.config.log_level = wp.LOG_WARNING
    wp.init()
    try:
        device = wp.get_device(args.device)
    except ValueError as error:
        sys.exit(
            f"no device {args.device!r}: {error}. "
            "Use --device cpu, or cuda:0 with an NVIDIA driver."
        )
    runs: list[Run] = []
    with wp.ScopedDevice(device):
        for cells in args.cells:
            sheet = common.make_sheet(cells)
            for contact in common.contacts(args.contact):
                right = common.converged(cells, args.converged)
                rungs = ladder(args.solver)
                if args.settings is not None:
                    rungs = [common.rung_of(Rung, args.settings)]
                runs += common.walk(
                    rungs,
                    lambda rung: rung.work,
                    lambda rung: run(args.solver, sheet, rung, contact, right),
                    args.limit_s,
                    args.all,
                )
    common.report(args.json, f"newton-{args.solver}", newton.__version__, device.name, runs)


if __name__ == "__main__":
    main()
