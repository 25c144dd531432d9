"""Networks of random cells, as architecture search finds them (NASNet, PNASNet).

A cell takes the outputs of the two cells before it. Each of its blocks adds up
what two random operations make of two random states of the cell; states that no
block takes are concatenated. So many values of different sizes are alive at
once, for lengths of time that follow no pattern.
"""

import random

from graph_builder import GraphBuilder

BLOCKS = 5


def _separable(g, x, features, kernel, stride, scope):
    channels = x.data.shape[1]
    y = g.conv(g.relu(x), channels, kernel, f"{scope}.depthwise", stride, group=channels)
    return g.conv(y, features, 1, f"{scope}.pointwise")


def _operation(g, choose, x, features, stride, scope):
    kind = choose.choice(["separable 3", "separable 5", "max", "average", "identity"])
    if kind.startswith("separable"):
        return _separable(g, x, features, int(kind[-1]), stride, scope)
    if kind == "identity" and stride == 1:
        return x
    pool = g.average_pool if kind == "average" else g.max_pool
    return pool(x, 3, stride, 1)


def _cell(g, choose, before, last, features, stride, scope):
    """States of one size, each with `features` channels."""
    gap = before.data.shape[2] // last.data.shape[2]
    states = [g.conv(g.relu(before), features, 1, f"{scope}.before", gap),
              g.conv(g.relu(last), features, 1, f"{scope}.last")]
    taken = set()
    for block in range(BLOCKS):
        sides = []
        for side in range(2):
            index = choose.randrange(len(states))
            taken.add(index)
            # The cell's inputs are the states that a reducing cell makes smaller.
            sides.append(_operation(g, choose, states[index], features,
                                    stride if index < 2 else 1, f"{scope}.{block}.{side}"))
        states.append(g.add(*sides))
    return g.concat([s for i, s in enumerate(states) if i >= 2 and i not in taken])


def random_cells(seed, cells=6):
    """32x32 images; every third cell halves the sides and doubles the channels."""
    g = GraphBuilder(f"random_cells_{seed}", (1, 3, 32, 32), seed=seed)
    choose = random.Random(seed)
    features = choose.choice([8, 12, 16])
    before = last = g.conv(g.input, features, 3, "stem")
    for cell in range(cells):
        stride = 2 if cell % 3 == 2 else 1
        features *= stride
        before, last = last, _cell(g, choose, before, last, features, stride,
                                   f"cells.{cell}")
    x = g.global_mean(g.relu(last))
    x = g.reshape(x, [1, x.data.shape[1]])
    return g, g.linear(x, 10, "classifier")
