"""Checks every #include of codegen/loops against the rooms of the folder.

ALLOWED says for each room whom it may include besides itself; docs/architecture.md
says why. A strategy knows what nests, weights and tiles are, never another
strategy: only the files beside the rooms know them all.
"""

import sys

import tree
from includes import INCLUDE

FOLDER = "codegen/loops/"
GROUND = {"nest", "weights", "strategy"}
ALLOWED = {
    "nest": set(),
    "weights": {"nest"},
    "strategy": {"nest", "weights"},
    "tiles": set(GROUND),
    "blocks": GROUND | {"tiles"},
    "kernels": GROUND | {"tiles"},
    "panels": set(GROUND),
    "dot": GROUND | {"tiles", "panels"},
    "integer": set(GROUND),
    "windows": GROUND | {"integer", "panels"},
    "winograd": set(GROUND),
    "winograd_integers": GROUND | {"integer", "winograd"},
    "tile_parts": GROUND | {"gpu"},
    "winograd_launches": GROUND | {"gpu", "winograd"},
    "block_fixed": set(GROUND),
    "signs": set(GROUND),
    "extremes": set(GROUND),
    "gpu": set(GROUND),
    "attention": GROUND | {"gpu"},
    "stage": GROUND | {"attention"},
    # The pass and the table of strategies, in no room.
    "": {"nest", "weights", "strategy", "blocks", "kernels", "dot",
         "gpu", "tile_parts", "integer", "windows", "winograd", "winograd_integers",
         "winograd_launches", "block_fixed", "signs", "extremes", "stage"},
}


def room_of(path):
    room, slash, _ = path[len(FOLDER):].partition("/")
    return room if slash else ""


def cycle_in(edges):
    """Rooms that include each other in a circle, or None."""
    done = set()

    def visit(room, way):
        if room in way:
            return way[way.index(room):] + [room]
        if room in done:
            return None
        for other in sorted(edges.get(room, ())):
            found = visit(other, way + [room])
            if found:
                return found
        done.add(room)
        return None

    return next(filter(None, (visit(room, []) for room in sorted(edges))),
                None)


def problems_of(sources):
    """`sources`: pairs of a path and its text."""
    edges = {}
    for path, text in sources:
        room = room_of(path)
        if room not in ALLOWED:
            yield f"{path}: the room has no rule in rooms.py"
            continue
        for included in INCLUDE.findall(text):
            if not included.startswith(FOLDER) or included.endswith(".inc"):
                continue
            other = room_of(included)
            if other == room:
                continue
            edges.setdefault(room, set()).add(other)
            if other not in ALLOWED[room]:
                yield f"{path}: {room or 'the folder'} may not include {included}"
    circle = cycle_in(edges)
    if circle:
        yield "rooms include each other: " + " -> ".join(circle)


def main():
    sources = []
    for path in tree.files(FOLDER + "*.cpp", FOLDER + "*.h"):
        with open(path, encoding="utf-8") as source:
            sources.append((path, source.read()))
    return tree.report(list(problems_of(sources)),
                       f"{len(sources)} files keep to their rooms")


def self_test():
    """The checks see what they are for."""
    include = '#include "codegen/loops/%s"\n'
    cases = [
        ([("codegen/loops/blocks/A.cpp", include % "nest/Nest.h")], 0),
        ([("codegen/loops/blocks/A.cpp", include % "winograd/W.h")], 1),
        ([("codegen/loops/nest/A.h", include % "weights/W.h")], 1),
        ([("codegen/loops/attic/A.h", "")], 1),
        # A forbidden edge and the circle that it closes.
        ([("codegen/loops/nest/A.h", include % "weights/W.h"),
          ("codegen/loops/weights/W.h", include % "nest/A.h")], 2),
    ]
    for sources, count in cases:
        found = list(problems_of(sources))
        assert len(found) == count, (sources, found)


if __name__ == "__main__":
    self_test()
    sys.exit(main())
