#!/usr/bin/env python3
"""Moves looks and counts where cloth goes through cloth or through the body.

Every look walks (with a pose and a turn), sits down and crosses its arms, at
normal and at double speed; `toile drape` writes frames, intersections.py counts
in them with the IPC Toolkit. Needs what intersections.py needs:

    venv/bin/python tools/oracle/certainty.py --toile target/debug/toile
    venv/bin/python tools/oracle/certainty.py --toile target/debug/toile \\
        --look kofi:trousers=wool-crepe,tee=cotton-jersey --motion sit --speed 2

Piled and twisted sheets are written by the tests of toile-cloth:

    TOILE_FRAMES=/tmp cargo test -p toile-cloth --test guard sheet
    venv/bin/python tools/oracle/intersections.py /tmp/sheets-*.obj /tmp/twist-*.obj

Ends with a code other than 0 when cloth goes through cloth anywhere. Cloth and
body are counted too, with the number of frames; docs/cloth.md says what is
guaranteed and what is not.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

from intersections import crossings, read_obj

LOOKS = [
    "ines:slip-dress=silk-charmeuse",
    "kofi:trousers=wool-crepe,tee=cotton-jersey",
    "amara:circle-skirt=cotton-poplin,crop-tee=cotton-jersey",
]
# Seconds of each motion at normal speed: the walk covers the way out, the pose,
# the turn and the first steps back.
MOTIONS = {"walk": 9.0, "sit": 3.6, "cross-arms": 3.6}


def frames(toile, look, motion, speed, every, folder):
    """Simulates one case; returns the frames' paths."""
    twin, worn = look.split(":")
    pairs = [item.split("=") for item in worn.split(",")]
    command = [toile, "drape", *[garment for garment, _ in pairs], "--twin", twin]
    for _, fabric in pairs:
        command += ["--fabric", fabric]
    seconds = MOTIONS[motion] / speed
    command += ["--walk", f"{seconds:.2f}", "--motion", motion, "--speed", str(speed)]
    command += ["--every", str(every / speed), "--out", str(folder / "f.obj")]
    if motion == "walk":
        command += ["--distance", "1.5"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}\n{done.stderr}")
    return sorted(folder.glob("f.0*.obj"))


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--toile", required=True, help="the toile program")
    parser.add_argument(
        "--look", action="append", metavar="TWIN:GARMENT=FABRIC,…", help="default: three looks"
    )
    parser.add_argument("--motion", action="append", choices=MOTIONS, help="default: all")
    parser.add_argument("--speed", action="append", type=float, help="default: 1 and 2")
    parser.add_argument("--every", type=float, default=0.25, help="seconds between frames")
    args = parser.parse_args()
    bad = 0
    print("| look | motion | speed | frames | cloth-cloth | cloth-body |\n|---|---|---|---|---|---|")
    for look in args.look or LOOKS:
        for motion in args.motion or MOTIONS:
            for speed in args.speed or [1.0, 2.0]:
                with tempfile.TemporaryDirectory() as folder:
                    paths = frames(
                        args.toile, look, motion, speed, args.every, pathlib.Path(folder)
                    )
                    counts = [crossings(*read_obj(path)) for path in paths]
                cloth = sum(len(c) for c, _ in counts)
                body = sum(len(b) for _, b in counts)
                bad += cloth
                print(
                    f"| {look} | {motion} | {speed:g} | {len(paths)} | {cloth} | {body} |",
                    flush=True,
                )
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
