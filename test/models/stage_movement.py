"""Stages that move elements: of random_stages.py."""

import numpy as np
from onnx import TensorProto

FLOAT = TensorProto.FLOAT


class MovementStages:
    KINDS = ["transpose_2", "transpose_3", "transpose_4", "transpose_5", "gathers", "gather_elements",
             "gather_nd", "scatter_elements", "scatter_nd", "concats", "splits", "slices", "pads",
             "tile", "expand", "depth_to_space", "reverse_sequence", "trilu", "one_hot",
             "moved_and_joined"]

    def _transpose(self, rank):
        sizes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 15, 16, 17, 31, 32]
        shape = self.shape(rank, sizes=sizes if rank < 4 else sizes[:10])
        dtype = self.any_type()
        name = self.fresh(shape, dtype)
        permutation = list(range(rank))
        self.choose.shuffle(permutation)
        if permutation != sorted(permutation):
            self.add("Transpose", [name], perm=permutation)
        if dtype == FLOAT:
            self.after(0.4)

    def transpose_2(self):
        self._transpose(2)

    def transpose_3(self):
        self._transpose(3)

    def transpose_4(self):
        self._transpose(4)

    def transpose_5(self):
        self._transpose(5)

    def _indices(self, shape, size, below=0):
        """Constants, or an input of the network."""
        values = self.numbers.integers(below, size, shape).astype(np.int64)
        return self.constant(values)

    def gathers(self):
        shape = self.shape(1, 4)
        axis = self.choose.randrange(len(shape))
        indices = self._indices(self.shape(1, 2, most=12), shape[axis], -shape[axis])
        self.add("Gather", [self.fresh(shape, self.any_type()), indices], axis=axis)

    def gather_elements(self):
        shape = self.shape(1, 4, most=600)
        axis = self.choose.randrange(len(shape))
        smaller = [self.choose.randint(1, size) for size in shape]
        smaller[axis] = self.choose.randint(1, 9)
        indices = self._indices(smaller, shape[axis], -shape[axis])
        self.add("GatherElements", [self.fresh(shape, self.any_type()), indices], axis=axis)

    def _tuples(self, shape, count, distinct):
        """Indices of the first dimensions, as GatherND and ScatterND take them."""
        depth = self.choose.randint(1, len(shape))
        total = int(np.prod(shape[:depth]))
        count = min(count, total) if distinct else count
        flat = self.numbers.choice(total, count, replace=not distinct)
        return np.stack(np.unravel_index(flat, shape[:depth]), axis=-1).astype(np.int64)

    def gather_nd(self):
        shape = self.shape(2, 4)
        tuples = self._tuples(shape, self.choose.randint(1, 9), distinct=False)
        self.add("GatherND", [self.fresh(shape, self.any_type()), self.constant(tuples)])

    def scatter_elements(self):
        shape = self.shape(1, 3, most=600)
        axis = self.choose.randrange(len(shape))
        smaller = [self.choose.randint(1, size) for size in shape]
        order = [self.numbers.permutation(shape[axis])[:smaller[axis]]
                 for _ in range(int(np.prod(smaller)) // smaller[axis])]
        indices = np.moveaxis(np.array(order, np.int64).reshape(
            *[s for i, s in enumerate(smaller) if i != axis], smaller[axis]), -1, axis)
        reduction = self.choice_of("none", "none", "add", "mul", "max", "min")
        self.add("ScatterElements", [self.fresh(shape), self.constant(np.ascontiguousarray(indices)),
                                     self.fresh(smaller)], axis=axis, reduction=reduction)

    def scatter_nd(self):
        shape = self.shape(1, 3, most=900)
        tuples = self._tuples(shape, self.choose.randint(1, 9), distinct=True)
        updates = self.fresh((len(tuples), *shape[tuples.shape[1]:]))
        self.add("ScatterND", [self.fresh(shape), self.constant(tuples), updates],
                 reduction=self.choice_of("none", "none", "add"))

    def concats(self):
        shape = self.shape(1, 4, most=700)
        axis, dtype = self.choose.randrange(len(shape)), self.any_type()
        parts = []
        for _ in range(self.choose.randint(2, 5)):
            size = self.choose.choice([1, 2, 3, 5, 8, shape[axis]])
            parts.append(self.fresh(shape[:axis] + (size,) + shape[axis + 1:], dtype))
            if dtype == FLOAT and self.choose.random() < 0.3:
                self.add(self.choice_of("Relu", "Sigmoid", "Neg"), [parts[-1]])
                parts[-1] = self.last()[0]
        self.add("Concat", parts, axis=axis)

    def splits(self):
        shape = self.shape(1, 4)
        self.fresh(shape, self.any_type())
        if max(shape) > 1:
            self.split()

    def slices(self):
        shape = self.shape(1, 5)
        dtype = self.any_type()
        name = self.fresh(shape, dtype)
        begins, ends, axes, steps = [], [], [], []
        for axis, size in enumerate(shape):
            if size == 1 or self.choose.random() < 0.3:
                continue
            step = self.choose.choice([1, 1, 1, 2, 3, -1, -2])
            first, last = sorted(self.choose.sample(range(size), 2))
            axes.append(axis)
            steps.append(step)
            begins.append(first if step > 0 else last)
            ends.append(last + 1 if step > 0 else (first - 1 if first else -size - 1))
        if axes:
            self.add("Slice", [name, *(self.ints(*v) for v in (begins, ends, axes, steps))])
            if dtype == FLOAT:
                self.after(0.3)

    def pads(self):
        shape = self.shape(1, 4, most=900)
        dtype = self.choice_of(FLOAT, FLOAT, TensorProto.INT8, TensorProto.INT32)
        mode = self.choice_of("constant", "constant", "edge", "reflect", "wrap")
        most = [min(3, size - 1) if mode == "reflect" else min(3, size) for size in shape]
        pads = [self.choose.choice([0, self.choose.randint(0, m)]) for m in most * 2]
        if any(pads):
            self.add("Pad", [self.fresh(shape, dtype), self.ints(*pads)], mode=mode)

    def tile(self):
        shape = self.shape(1, 4, most=400)
        repeats = [self.choose.choice([1, 1, 2, 3]) for _ in shape]
        if max(repeats) > 1:
            self.add("Tile", [self.fresh(shape, self.any_type()), self.ints(*repeats)])

    def expand(self):
        shape = self.shape(1, 4)
        source = [size if self.choose.random() < 0.5 else 1 for size in shape]
        self.add("Expand", [self.fresh(source[self.choose.randint(0, len(shape) - 1):],
                                       self.any_type()), self.ints(*shape)])

    def depth_to_space(self):
        block = self.choose.choice([2, 2, 3])
        c, h, w = (self.choose.randint(1, 6) for _ in range(3))
        if self.choose.random() < 0.5:
            self.add("DepthToSpace", [self.fresh((1, c * block**2, h, w))], blocksize=block,
                     mode=self.choice_of("DCR", "CRD"))
        else:
            self.add("SpaceToDepth", [self.fresh((1, c, h * block, w * block))], blocksize=block)

    def reverse_sequence(self):
        time, batch = self.choose.randint(2, 9), self.choose.randint(1, 5)
        lengths = self.ints(*(self.choose.randint(1, time) for _ in range(batch)))
        self.add("ReverseSequence", [self.fresh((time, batch, *self.shape(1, 2, most=30))), lengths])

    def trilu(self):
        self.add("Trilu", [self.fresh(self.shape(2, 3), self.choice_of(FLOAT, TensorProto.INT32)),
                           self.constant(np.array(self.choose.randint(-2, 2), np.int64))],
                 upper=self.choose.choice([0, 1]))

    def one_hot(self):
        depth = self.choose.randint(2, 20)
        self.add("OneHot", [self.fresh(self.shape(1, 2, most=50), TensorProto.INT64),
                            self.constant(np.array(depth, np.int64)),
                            self.constant(np.array([0.25, 1.5], np.float32))],
                 axis=self.choose.choice([-1, 0]))

    def moved_and_joined(self):
        """As attention heads are cut and put together: moved, reshaped, moved."""
        b, h, s, d = (self.choose.choice([1, 2, 3, 4, 8, 15, 16]) for _ in range(4))
        name = self.fresh((b, s, h * d))
        self.add("Reshape", [name, self.ints(b, s, h, d)])
        self.add("Transpose", [self.last()[0]], perm=self.choice_of([0, 2, 1, 3], [0, 2, 3, 1], [2, 0, 1, 3]))
        if self.values[-1][1:] and len(self.values) == 3:
            self.after(0.5)
            shape = self.last()[1]
            self.add("Reshape", [self.last()[0], self.ints(shape[0], -1)])
