#!/usr/bin/env python3
"""Renders with Cycles what `toile bench reference` wrote, and compares the pictures.

    venv/bin/pip install bpy==5.0.1 flip-evaluator
    toile bench reference --out sitting
    venv/bin/python tools/reference/compare.py sitting --json flip.json

Reads scene.json, FABRIC.glb and dressed.glb, writes NAME.cycles.png and NAME.sheet.png
(Cycles, Toile, plain, and the FLIP errors of both) and prints the tables of docs/look.md.
Ends with code 1 when a fabric is over the bar or no better than the plain material, or
the dressed twin is no better.
"""

import argparse
import json
import math
import pathlib
import sys

import bpy
import flip_evaluator
import numpy as np
from mathutils import Matrix, Vector

BAR = 0.12
# "Clearly lower": at most so much of what the plain material has.
CLEARLY = 0.8


def to_blender(v):
    """glTF has Y up, Blender Z."""
    return Vector((v[0], -v[2], v[1]))


def links(tree, *pairs):
    for source, target in pairs:
        tree.links.new(source, target)


def add_world(scene, folder):
    """The image as light; a flat grey as what the camera sees."""
    file = bpy.data.images.load(str(folder / scene["around"]["image"]))
    width, height = file.size
    pixels = np.array(file.pixels[:], dtype=np.float32).reshape(height, width, 4)
    # A picture of its own: Cycles reads one from a file there, not from memory.
    image = bpy.data.images.new("around", width, height, float_buffer=True)
    image.colorspace_settings.name = "Linear Rec.709"
    # Toile has -Z, which is Blender's +Y, in the middle of an image, Blender has it a
    # quarter to the left.
    turn = 0.25 + scene["around"]["turn_rad"] / (2.0 * math.pi)
    image.pixels.foreach_set(np.roll(pixels, -round(turn * width), axis=1).ravel())
    world = bpy.data.worlds.new("around")
    bpy.context.scene.world = world
    world.use_nodes = True
    tree = world.node_tree
    tree.nodes.clear()
    texture = tree.nodes.new("ShaderNodeTexEnvironment")
    texture.image = image
    light = tree.nodes.new("ShaderNodeBackground")
    light.inputs["Strength"].default_value = scene["around"]["factor"]
    grey = tree.nodes.new("ShaderNodeBackground")
    grey.inputs["Color"].default_value = [scene["backdrop"]] * 3 + [1.0]
    path = tree.nodes.new("ShaderNodeLightPath")
    mix = tree.nodes.new("ShaderNodeMixShader")
    out = tree.nodes.new("ShaderNodeOutputWorld")
    links(
        tree,
        (texture.outputs["Color"], light.inputs["Color"]),
        (path.outputs["Is Camera Ray"], mix.inputs[0]),
        (light.outputs[0], mix.inputs[1]),
        (grey.outputs[0], mix.inputs[2]),
        (mix.outputs[0], out.inputs["Surface"]),
    )


def add_lamp(lamp):
    data = bpy.data.lights.new("lamp", "SUN")
    data.energy = lamp["light"]
    data.angle = 2.0 * lamp["radius_rad"]
    thing = bpy.data.objects.new("lamp", data)
    thing.rotation_euler = to_blender(lamp["to"]).to_track_quat("Z", "Y").to_euler()
    bpy.context.collection.objects.link(thing)


def add_camera(camera):
    data = bpy.data.cameras.new("camera")
    data.sensor_fit = "VERTICAL"
    data.angle = camera["fov_rad"]
    thing = bpy.data.objects.new("camera", data)
    # Looks along its own -Z; glTF's -Z is Blender's +Y.
    place = Matrix.Translation(to_blender(camera["place"]))
    thing.matrix_world = place @ Matrix.Rotation(math.pi / 2, 4, "X")
    bpy.context.collection.objects.link(thing)
    bpy.context.scene.camera = thing


def linear(srgb):
    return [((c + 0.055) / 1.055) ** 2.4 if c > 0.04045 else c / 12.92 for c in srgb]


def parse(colour):
    return linear(int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))


def index(f0):
    """The refractive index that sends back `f0` head on."""
    root = math.sqrt(f0)
    return (1.0 + root) / (1.0 - root)


def settings(samples, denoise=False):
    s = bpy.context.scene
    s.render.engine = "CYCLES"
    s.cycles.device = "CPU"
    s.cycles.samples = samples
    s.cycles.use_adaptive_sampling = False
    # What is left of the noise would count as an error of whoever is compared.
    s.cycles.use_denoising = denoise
    s.cycles.denoiser = "OPENIMAGEDENOISE"
    s.cycles.denoising_input_passes = "RGB_ALBEDO_NORMAL"
    s.cycles.seed = 1
    # As Toile: the mean over each pixel.
    s.cycles.pixel_filter_type = "BOX"
    s.cycles.filter_width = 1.0
    s.cycles.sample_clamp_indirect = 0.0
    s.cycles.max_bounces = 8
    s.cycles.diffuse_bounces = 6
    s.cycles.transparent_max_bounces = 16
    s.render.resolution_percentage = 100
    s.render.dither_intensity = 0.0
    s.render.film_transparent = False
    # sRGB and nothing else, cut off at white, as Toile's picture.
    s.display_settings.display_device = "sRGB"
    s.view_settings.view_transform = "Standard"
    s.view_settings.look = "None"
    s.render.image_settings.color_mode = "RGB"
    return s


def shine(folder, fabric, grazing):
    """What the material sends back at 8 degrees of even light: over black, the same
    without its fuzz, and over white."""
    sent = []
    for base, fuzz in ((0.0, True), (0.0, False), (1.0, True)):
        bpy.ops.wm.read_factory_settings(use_empty=True)
        world = bpy.data.worlds.new("even")
        bpy.context.scene.world = world
        world.use_nodes = True
        world.node_tree.nodes["Background"].inputs["Color"].default_value = [1.0] * 4
        bpy.ops.import_scene.gltf(filepath=str(folder / f"{fabric['id']}.glb"))
        material = next(t for t in bpy.data.objects if t.type == "MESH").data.materials[0]
        # The piece itself is not drawn, a flat one is.
        for thing in [t for t in bpy.data.objects if t.type == "MESH"]:
            bpy.data.objects.remove(thing)
        shader = next(n for n in material.node_tree.nodes if n.type == "BSDF_PRINCIPLED")
        shader.inputs["IOR"].default_value = index(fabric["f0"])
        shader.inputs["Base Color"].default_value = [base] * 3 + [1.0]
        for link in list(shader.inputs["Alpha"].links):
            material.node_tree.links.remove(link)
        shader.inputs["Alpha"].default_value = 1.0
        if not fuzz:
            shader.inputs["Sheen Weight"].default_value = 0.0
        bpy.ops.mesh.primitive_plane_add(size=2.0)
        bpy.context.object.data.materials.append(material)
        data = bpy.data.cameras.new("camera")
        data.angle = 0.02
        eye = bpy.data.objects.new("camera", data)
        eye.matrix_world = Matrix.Rotation(grazing, 4, "X") @ Matrix.Translation((0, 0, 20))
        bpy.context.collection.objects.link(eye)
        s = settings(256)
        s.camera = eye
        s.render.resolution_x = s.render.resolution_y = 8
        s.render.image_settings.file_format = "OPEN_EXR"
        s.render.image_settings.color_depth = "32"
        s.render.filepath = str(folder / "even.exr")
        bpy.ops.render.render(write_still=True)
        image = bpy.data.images.load(s.render.filepath)
        sent.append(np.array(image.pixels[:]).reshape(-1, 4)[:, :3].mean(axis=0))
    (folder / "even.exr").unlink()
    return sent


def dye(folder, fabric, record):
    """The dyes of both sides under which the material reads as the catalogue's colours do
    at d/8 degrees, and how much of its shine a dark dye leaves."""
    black, glints, white = shine(folder, fabric, math.radians(8))
    fuzz = np.maximum(black - glints, 0.0)
    mixed_in = fabric["mixed_in"]
    colours = [np.array(parse(record["appearance"][k])) for k in ("base_colour", "back_colour")]
    darkest = np.minimum(*colours)

    def room(light, shining):
        return max(0.0, min(1.0, float((light / np.maximum(shining, 1e-6)).min())))

    # A dark dye takes glints before it takes fuzz, which stands over it.
    fuzz_kept = room(darkest, fuzz)
    glints_kept = 1.0 - mixed_in * (1.0 - room(darkest - fuzz_kept * fuzz, glints))
    kept = {"Specular IOR Level": glints_kept, "Sheen Weight": fuzz_kept}
    sent = mixed_in * glints_kept * glints + fuzz_kept * fuzz
    under = [np.clip((c - sent) / np.maximum(white - black, 1e-3), 0.0, 1.0) for c in colours]
    return under, kept


def finish(material, fabric, record, dyes, kept):
    """What glTF cannot say: the back's colour, light that comes through, and the
    direction of floats that are most of the face."""
    tree = material.node_tree
    shader = next(n for n in tree.nodes if n.type == "BSDF_PRINCIPLED")
    out = next(n for n in tree.nodes if n.type == "OUTPUT_MATERIAL")
    look = record["appearance"]
    opacity = look["opacity"]
    face, back = dyes
    shader.inputs["IOR"].default_value = index(fabric["f0"])
    for name, share in kept.items():
        shader.inputs[name].default_value *= share
    passing = fabric["passing"]
    for link in list(out.inputs["Surface"].links):
        tree.links.remove(link)
    for link in list(shader.inputs["Alpha"].links):
        tree.links.remove(link)
    shader.inputs["Alpha"].default_value = 1.0

    def sided(share):
        geometry = tree.nodes.new("ShaderNodeNewGeometry")
        mix = tree.nodes.new("ShaderNodeMix")
        mix.data_type = "RGBA"
        a, b = (s for s in mix.inputs if s.type == "RGBA")
        a.default_value = [share * float(c) for c in face] + [1.0]
        b.default_value = [share * float(c) for c in back] + [1.0]
        tree.links.new(geometry.outputs["Backfacing"], mix.inputs[0])
        return next(s for s in mix.outputs if s.type == "RGBA")

    tree.links.new(sided(1.0 - passing), shader.inputs["Base Color"])
    surface = shader.outputs[0]
    if passing > 0.0:
        through = tree.nodes.new("ShaderNodeBsdfTranslucent")
        tree.links.new(sided(passing), through.inputs["Color"])
        add = tree.nodes.new("ShaderNodeAddShader")
        links(tree, (surface, add.inputs[0]), (through.outputs[0], add.inputs[1]))
        surface = add.outputs[0]
    if fabric["share"] >= 0.75 and fabric["construction"] == "Satin":
        # Rough across the floats, which lie along V: U is the tangent.
        tangent = tree.nodes.new("ShaderNodeTangent")
        tangent.direction_type = "UV_MAP"
        tree.links.new(tangent.outputs[0], shader.inputs["Tangent"])
        along, across = fabric["along"], fabric["across"]
        shader.inputs["Roughness"].default_value = (along * across) ** 0.25
        shader.inputs["Anisotropic"].default_value = min(1.0, (1.0 - along / across) / 0.9)
    if opacity < 1.0:
        clear = tree.nodes.new("ShaderNodeBsdfTransparent")
        mix = tree.nodes.new("ShaderNodeMixShader")
        mix.inputs[0].default_value = opacity
        links(tree, (clear.outputs[0], mix.inputs[1]), (surface, mix.inputs[2]))
        surface = mix.outputs[0]
    tree.links.new(surface, out.inputs["Surface"])


def materials(glb):
    """The materials of a binary glTF, by name."""
    length = int.from_bytes(glb[12:16], "little")
    root = json.loads(glb[20 : 20 + length])
    return {material["name"]: material for material in root["materials"]}


def told(material):
    """What the file says of a material that Blender has read from it: Blender numbers
    names that it has twice."""
    return material.name.rsplit(".", 1)[0] if material.name[-4:-3] == "." else material.name


def person(material, surface):
    """What glTF cannot say of skin, eyes and hair. Light goes through skin as Jensen et
    al. measured it (SIGGRAPH 2001, "Skin1"): 3.67, 1.37 and 0.68 mm of red, green and
    blue until it is spread, 1 / sqrt(3 a (a + s)) of what is absorbed and scattered."""
    shader = next(n for n in material.node_tree.nodes if n.type == "BSDF_PRINCIPLED")
    refraction = {"skin": 1.4, "eyes": 1.376, "strands": 1.55, "curls": 1.55}
    if surface in refraction:
        shader.inputs["IOR"].default_value = refraction[surface]
    if surface == "skin":
        shader.subsurface_method = "BURLEY"
        shader.inputs["Subsurface Weight"].default_value = 1.0
        shader.inputs["Subsurface Scale"].default_value = 1.0
        shader.inputs["Subsurface Radius"].default_value = (3.67e-3, 1.37e-3, 0.68e-3)


def stage(scene, camera, folder, name):
    """An empty Blender with light, camera and a file in it; gives its materials."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    add_world(scene, folder)
    add_lamp(scene["lamp"])
    add_camera(camera)
    bpy.ops.import_scene.gltf(filepath=str(folder / f"{name}.glb"))
    things = [t for t in bpy.data.objects if t.type == "MESH"]
    for thing in things:
        # A helper that the importer makes to draw bones with.
        thing.hide_render = not thing.data.materials
        # Light below skin would come out of brows that are the same mesh.
        if len(thing.data.materials) > 1:
            bpy.ops.object.select_all(action="DESELECT")
            bpy.context.view_layer.objects.active = thing
            thing.select_set(True)
            bpy.ops.object.mode_set(mode="EDIT")
            bpy.ops.mesh.separate(type="MATERIAL")
            bpy.ops.object.mode_set(mode="OBJECT")
    things = [t for t in bpy.data.objects if t.type == "MESH"]
    return {m for t in things for m in t.data.materials if m is not None}


def shoot(folder, name, size, samples):
    s = settings(samples, denoise=True)
    s.render.resolution_x, s.render.resolution_y = size
    s.render.image_settings.file_format = "PNG"
    s.render.image_settings.color_depth = "8"
    s.render.filepath = str(folder / f"{name}.png")
    bpy.ops.render.render(write_still=True)


def render(scene, fabric, folder, samples):
    name = fabric["id"]
    ours = materials((folder / f"{name}.glb").read_bytes())
    (record,) = (m["extras"]["toile"]["record"] for m in ours.values())
    dyes, kept = dye(folder, fabric, record)
    for material in stage(scene, scene["camera"], folder, name):
        finish(material, fabric, record, dyes, kept)
    shoot(folder, f"{name}.cycles", (scene["size"], scene["size"]), samples)


# What parts of a dressed twin are called, and their marks.
PARTS = {"cloth": (1.0, 0.0, 0.0), "skin": (0.0, 1.0, 0.0), "hair": (0.0, 0.0, 1.0)}


def part(extras):
    if "toile" in extras:
        return "cloth"
    return {"skin": "skin", "strands": "hair", "curls": "hair"}.get(extras.get("surface"))


def render_dressed(scene, folder, samples):
    """The dressed twin, and where of the picture its parts are."""
    dressed = scene["dressed"]
    name = dressed["id"]
    ours = materials((folder / f"{name}.glb").read_bytes())
    fabrics = {f["id"]: f for f in scene["fabrics"]}
    finishes = {}
    for material in ours.values():
        record = material.get("extras", {}).get("toile", {}).get("record")
        if record:
            fabric = fabrics[record["id"]]
            finishes[material["name"]] = (fabric, record, *dye(folder, fabric, record))
    there = stage(scene, dressed["camera"], folder, name)
    for material in there:
        known = told(material)
        if known in finishes:
            finish(material, *finishes[known])
        else:
            person(material, ours[known].get("extras", {}).get("surface"))
    shoot(folder, f"{name}.cycles", dressed["size"], samples)
    # The same once more, every part in its mark.
    for material in there:
        tree = material.node_tree
        out = next(n for n in tree.nodes if n.type == "OUTPUT_MATERIAL")
        shader = next(n for n in tree.nodes if n.type == "BSDF_PRINCIPLED")
        mark = tree.nodes.new("ShaderNodeEmission")
        colour = PARTS.get(part(ours[told(material)].get("extras", {})), (0.0, 0.0, 0.0))
        mark.inputs["Color"].default_value = [*colour, 1.0]
        clear = tree.nodes.new("ShaderNodeBsdfTransparent")
        mix = tree.nodes.new("ShaderNodeMixShader")
        mix.inputs[0].default_value = shader.inputs["Alpha"].default_value
        for link in list(shader.inputs["Alpha"].links):
            tree.links.new(link.from_socket, mix.inputs[0])
        links(tree, (clear.outputs[0], mix.inputs[1]), (mark.outputs[0], mix.inputs[2]))
        links(tree, (mix.outputs[0], out.inputs["Surface"]))
    bpy.context.scene.world.node_tree.nodes.clear()
    s = settings(16)
    s.render.filepath = str(folder / f"{name}.parts.png")
    bpy.ops.render.render(write_still=True)


def load(path):
    """An 8-bit picture, 0 to 1, as it is encoded."""
    image = bpy.data.images.load(str(path))
    image.colorspace_settings.name = "Non-Color"
    width, height = image.size
    pixels = np.array(image.pixels[:], dtype=np.float32).reshape(height, width, 4)
    bpy.data.images.remove(image)
    return np.ascontiguousarray(pixels[::-1, :, :3])


def save(path, pixels):
    height, width, _ = pixels.shape
    image = bpy.data.images.new("sheet", width, height)
    image.colorspace_settings.name = "Non-Color"
    rgba = np.ones((height, width, 4), dtype=np.float32)
    rgba[..., :3] = pixels[::-1]
    image.pixels.foreach_set(rgba.ravel())
    image.filepath_raw = str(path)
    image.file_format = "PNG"
    image.save()
    bpy.data.images.remove(image)


def compare(scene, folder, name, parts=None):
    """How far both pictures are from that of Cycles, where there is something; and in
    each of some parts of the picture."""
    cycles = load(folder / f"{name}.cycles.png")
    # FLIP over the empty backdrop would flatter everybody.
    empty = ((scene["backdrop"] * 1.0) ** (1 / 2.4)) * 1.055 - 0.055
    there = np.abs(cycles - empty).max(axis=2) > 2.5 / 255
    row, strip = {"fabric": name}, [cycles]
    for kind in ("toile", "plain"):
        picture = load(folder / f"{name}.{kind}.png")
        error = flip_evaluator.evaluate(cycles, picture, "LDR", applyMagma=False)[0]
        error = np.asarray(error).reshape(cycles.shape[0], cycles.shape[1], -1)[..., :1]
        row[kind] = float(error[there].mean())
        row[f"{kind}_picture"] = float(error.mean())
        # Mean encoded value, to tell light from pattern.
        row[f"{kind}_mean"] = [round(float(v), 3) for v in picture[there].mean(axis=0)]
        for part, where in (parts or {}).items():
            row[f"{kind}_{part}"] = float(error[where].mean())
        strip += [picture, np.repeat(error, 3, axis=2)]
    row["cycles_mean"] = [round(float(v), 3) for v in cycles[there].mean(axis=0)]
    save(folder / f"{name}.sheet.png", np.concatenate(strip, axis=1))
    return row


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path, help="what `toile bench reference` wrote")
    parser.add_argument("--samples", type=int, default=256, help="paths per pixel")
    parser.add_argument("--keep", action="store_true", help="use FABRIC.cycles.png where it is there")
    parser.add_argument("--json", type=pathlib.Path, help="write the figures here as well")
    args = parser.parse_args()
    folder = args.folder.resolve()
    scene = json.loads((folder / "scene.json").read_text())
    rows, failed = [], False
    for fabric in scene["fabrics"]:
        name = fabric["id"]
        if not (args.keep and (folder / f"{name}.cycles.png").is_file()):
            render(scene, fabric, folder, args.samples)
        row = compare(scene, folder, name)
        rows.append(row)
        failed |= row["toile"] > BAR or row["toile"] > CLEARLY * row["plain"]
    name = scene["dressed"]["id"]
    if not (args.keep and (folder / f"{name}.parts.png").is_file()):
        render_dressed(scene, folder, args.samples)
    marks = load(folder / f"{name}.parts.png")
    where = {part: np.abs(marks - mark).max(axis=2) < 0.25 for part, mark in PARTS.items()}
    dressed = compare(scene, folder, name, where)
    failed |= dressed["toile"] > CLEARLY * dressed["plain"]
    print("| fabric | Toile | plain | whole picture: Toile | plain |\n|---|---|---|---|---|")
    for r in rows:
        print(
            f"| {r['fabric']} | {r['toile']:.3f} | {r['plain']:.3f} "
            f"| {r['toile_picture']:.3f} | {r['plain_picture']:.3f} |"
        )
    print("\n| part of the twin | Toile | plain |\n|---|---|---|")
    print(f"| all of it | {dressed['toile']:.3f} | {dressed['plain']:.3f} |")
    for part in PARTS:
        print(f"| {part} | {dressed[f'toile_{part}']:.3f} | {dressed[f'plain_{part}']:.3f} |")
    rows.append(dressed)
    for r in rows:
        print(r["fabric"], "cycles", r["cycles_mean"], "toile", r["toile_mean"], "plain", r["plain_mean"])
    if args.json:
        args.json.write_text(json.dumps(rows, indent=2) + "\n")
    if failed:
        sys.exit(f"a fabric is over {BAR}, or something not clearly below the plain material")


if __name__ == "__main__":
    main()
