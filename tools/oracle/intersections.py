#!/usr/bin/env python3
"""Counts where cloth goes through cloth or through the body in OBJ files.

An independent check with the IPC Toolkit (MIT), which Toile does not depend on:

    python3 -m venv venv && venv/bin/pip install ipctk==1.6.1 numpy
    toile drape tee --twin kofi --fabric cotton-jersey --walk 4 --every 0.25 --out k.obj
    venv/bin/python tools/oracle/intersections.py k.*.obj

Every file is one frame as `toile drape --out` writes it: one object per garment
and one called `body`. Vertices at the same place (seams, UV borders) are one.
An intersection is a pair of an edge and a triangle, without common vertex, of
which the edge passes through the triangle; edges of the body against triangles
of the body are left out. Prints one line per file and ends with a code other
than 0 when anything crosses.
"""

import argparse
import sys

import ipctk
import numpy as np


def read_obj(path):
    """Vertices (n, 3), triangles (m, 3) and for each triangle its object's name."""
    vertices, triangles, owner, name = [], [], [], ""
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            word = line.split()
            if not word:
                continue
            if word[0] == "o":
                name = word[1]
            elif word[0] == "v":
                vertices.append([float(x) for x in word[1:4]])
            elif word[0] == "f":
                triangles.append([int(corner.split("/")[0]) - 1 for corner in word[1:4]])
                owner.append(name)
    # Merge what lies at exactly the same place.
    points, index = np.unique(np.array(vertices), axis=0, return_inverse=True)
    triangles = index.reshape(-1)[np.array(triangles)]
    owner = np.array(owner)
    sound = (
        (triangles[:, 0] != triangles[:, 1])
        & (triangles[:, 1] != triangles[:, 2])
        & (triangles[:, 2] != triangles[:, 0])
    )
    return points, triangles[sound], owner[sound]


def crossings(points, triangles, owner):
    """Edge-triangle pairs that cross: cloth-cloth and cloth-body, as lists of
    (edge vertex, edge vertex, triangle)."""
    edges = ipctk.edges(triangles)
    body_vertex = np.zeros(len(points), dtype=bool)
    body_vertex[triangles[owner == "body"].ravel()] = True
    broad = ipctk.LBVH() if hasattr(ipctk, "LBVH") else ipctk.BVH()
    broad.build(points, edges, triangles, 0.0)
    cloth, body = [], []
    for candidate in broad.detect_edge_face_candidates():
        edge, face = edges[candidate.edge_id], triangles[candidate.face_id]
        if set(edge) & set(face):
            continue
        of_edge, of_face = body_vertex[edge].all(), body_vertex[face].all()
        if of_edge and of_face:
            continue
        if ipctk.is_edge_intersecting_triangle(*points[edge], *points[face]):
            (body if of_edge or of_face else cloth).append((*edge, candidate.face_id))
    return cloth, body


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="+", help="OBJ files, one frame each")
    parser.add_argument("--where", action="store_true", help="name places of crossings, m")
    args = parser.parse_args()
    total = [0, 0]
    for path in args.files:
        points, triangles, owner = read_obj(path)
        found = crossings(points, triangles, owner)
        print(f"{path}: cloth-cloth {len(found[0])}, cloth-body {len(found[1])}", flush=True)
        for kind in range(2):
            total[kind] += len(found[kind])
            if args.where:
                for a, b, face in found[kind][:20]:
                    x, y, z = (points[a] + points[b]) / 2
                    what = ("cloth", "body")[kind]
                    print(f"    {what} at {x:.3f} {y:.3f} {z:.3f} ({owner[face]})")
    print(f"{len(args.files)} frames: cloth-cloth {total[0]}, cloth-body {total[1]}")
    sys.exit(1 if any(total) else 0)


if __name__ == "__main__":
    main()
