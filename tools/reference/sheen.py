#!/usr/bin/env python3
"""Measures the fuzz of Cycles: what crates/toile-optics/src/fuzz.rs holds.

    venv/bin/pip install bpy==5.0.1
    venv/bin/python tools/reference/sheen.py

Cycles draws a layer of fibres as Zeltner, Burley and Chiang have it (2022, "Practical
multiple-scattering sheen using linearly transformed cosines"): what goes to a view is a
cosine lobe, transformed, so that of the light from a direction l (x towards the view, z
the normal) there goes

    f cos = R / pi * A^2 z / ((A x + B z)^2 + (A y)^2 + z^2)^2

A, B and R depend on the view's cosine and on the roughness. Six lamps in the plane of the
view give them: sqrt(1 / (f cos z^3)) is a parabola in x / z. Prints three tables, a row for
each roughness, and how far the worst measurement is off its parabola.
"""

import math
import pathlib
import tempfile

import bpy
import numpy as np
from mathutils import Matrix

# As Table in crates/toile-optics/src/table.rs.
COSINES = [max((i / 7) ** 2, 0.002) for i in range(8)]
ROUGH = [0.1 * i for i in range(3, 11)]
SLOPES = [-2.0, -1.0, -0.3, 0.3, 1.0, 2.0]


def scene():
    bpy.ops.wm.read_factory_settings(use_empty=True)
    world = bpy.data.worlds.new("dark")
    bpy.context.scene.world = world
    world.use_nodes = True
    world.node_tree.nodes["Background"].inputs["Strength"].default_value = 0.0
    material = bpy.data.materials.new("fuzz")
    material.use_nodes = True
    tree = material.node_tree
    tree.nodes.clear()
    fuzz = tree.nodes.new("ShaderNodeBsdfSheen")
    fuzz.distribution = "MICROFIBER"
    fuzz.inputs["Color"].default_value = [1.0] * 4
    out = tree.nodes.new("ShaderNodeOutputMaterial")
    tree.links.new(fuzz.outputs[0], out.inputs["Surface"])
    bpy.ops.mesh.primitive_plane_add(size=100.0)
    bpy.context.object.data.materials.append(material)
    lamp = bpy.data.objects.new("lamp", bpy.data.lights.new("lamp", "SUN"))
    lamp.data.energy = 1.0
    lamp.data.angle = 0.0
    bpy.context.collection.objects.link(lamp)
    eye = bpy.data.objects.new("camera", bpy.data.cameras.new("camera"))
    eye.data.angle = 1e-4
    bpy.context.collection.objects.link(eye)
    s = bpy.context.scene
    s.camera = eye
    s.render.engine = "CYCLES"
    s.cycles.device = "CPU"
    s.cycles.samples = 4
    s.cycles.use_denoising = False
    s.cycles.max_bounces = 0
    s.render.resolution_x = s.render.resolution_y = 2
    s.render.resolution_percentage = 100
    s.render.image_settings.file_format = "OPEN_EXR"
    s.render.image_settings.color_depth = "32"
    return s, fuzz, lamp, eye


def measured(s, path):
    s.render.filepath = str(path)
    bpy.ops.render.render(write_still=True)
    image = bpy.data.images.load(str(path))
    value = float(np.array(image.pixels[:]).reshape(-1, 4)[:, 0].mean())
    bpy.data.images.remove(image)
    return value


def tilted(angle):
    """Along the normal, turned towards +X."""
    return Matrix.Rotation(angle, 4, "Y")


def main():
    s, fuzz, lamp, eye = scene()
    tables, worst = np.zeros((3, len(ROUGH), len(COSINES))), 0.0
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "measured.exr"
        for i, rough in enumerate(ROUGH):
            fuzz.inputs["Roughness"].default_value = rough
            for k, cosine in enumerate(COSINES):
                eye.matrix_world = tilted(math.acos(cosine)) @ Matrix.Translation((0, 0, 10))
                rows, right = [], []
                for slope in SLOPES:
                    lamp.matrix_world = tilted(math.atan(slope))
                    z = math.cos(math.atan(slope))
                    rows.append([slope * slope, slope, 1.0])
                    right.append(1.0 / math.sqrt(measured(s, path) * z**3))
                rows, right = np.array(rows), np.array(right)
                # Alike in proportion: bright directions count as dark ones do.
                found = np.linalg.lstsq(rows / right[:, None], np.ones(len(right)), rcond=None)[0]
                worst = max(worst, float(np.abs(rows @ found / right - 1.0).max()))
                # K A^2, 2 K A B, K (B^2 + 1), with K = sqrt(pi / R) / A.
                ratio = 0.5 * found[1] / found[0]
                a = math.sqrt(1.0 / (found[2] / found[0] - ratio**2))
                scale = found[0] / a**2
                tables[:, i, k] = a, ratio * a, math.pi / (scale * a) ** 2
    for name, table in zip(("A", "B", "R"), tables):
        print(name)
        for row in table:
            print("    [" + ", ".join(f"{v:.4f}" for v in row) + "],")
    print(f"worst: {worst:.1%} off its parabola")


if __name__ == "__main__":
    main()
