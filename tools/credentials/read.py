#!/usr/bin/env python3
"""Reads Content Credentials with another reader than Toile's: c2pa-python.

    pip install c2pa-python==0.38.1
    python tools/credentials/read.py [--trust authority.pem] FILE...

Prints one line of JSON for each file: what the reader makes of its credentials and what
they say. A file beside which FILE.c2pa lies is read with that.
"""

import argparse
import json
import os

import c2pa

TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".mp4": "video/mp4",
    ".mov": "video/quicktime",
    ".exr": "image/x-exr",
    ".glb": "model/gltf-binary",
}


def read(path, context):
    kind = TYPES[os.path.splitext(path)[1].lower()]
    manifest = None
    if os.path.exists(path + ".c2pa"):
        with open(path + ".c2pa", "rb") as beside:
            manifest = beside.read()
    with open(path, "rb") as file:
        with c2pa.Reader(kind, file, manifest, context) as reader:
            store = json.loads(reader.json())
    active = store["manifests"][store["active_manifest"]]
    said = {one["label"]: one["data"] for one in active["assertions"]}
    created = next(
        (a for a in said["c2pa.actions.v2"]["actions"] if a["action"] == "c2pa.created"), {}
    )
    return {
        "file": os.path.basename(path),
        "state": store["validation_state"],
        "problems": [one["code"] for one in store.get("validation_status", [])],
        "signer": active["signature_info"].get("common_name"),
        "title": active.get("title"),
        "source": created.get("digitalSourceType"),
        "replica_use": said.get("org.toile.replica-use"),
        "training": said.get("cawg.training-mining"),
        "ingredients": [
            [one.get("title"), one.get("instance_id")] for one in active.get("ingredients", [])
        ],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trust", help="certificates of authorities to trust, PEM")
    parser.add_argument("files", nargs="+")
    args = parser.parse_args()
    settings = {"verify": {"verify_trust": True, "remote_manifest_fetch": False}}
    if args.trust:
        with open(args.trust, encoding="ascii") as pem:
            settings["trust"] = {"trust_anchors": pem.read()}
    context = c2pa.Context.from_dict(settings)
    for path in args.files:
        print(json.dumps(read(path, context)))


if __name__ == "__main__":
    main()
