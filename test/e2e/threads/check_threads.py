#!/usr/bin/env python3
"""Networks whose stages are shared among threads.

    check_threads.py networks|graphs|sanitized|runtime --dlc build/bin/dlc --work FOLDER

networks, graphs: compiled with --threads=2 and 3 and run by the runtime's loop
with three helpers, from two callers at once, and with a thread for each task.
The outputs are compared with onnxruntime's and have to be, bit for bit, those
of the object for one thread.

sanitized: dlc's LLVM IR, instrumented by ThreadSanitizer, with both loops. Seen
are all accesses of up to 16 bytes, which are those of x86-64-v2 but for a few
that it cuts in two; that the object is watched shows a race made on purpose. No
assembly is seen (this target has none), nor what another target's blocks do.

runtime: dlc_parallel.c alone, as it is and instrumented.
"""

import argparse
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path[:0] = [str(ROOT / "test" / "models"), str(HERE.parent / "random_graphs")]

import check_random_graphs  # noqa: E402
import compiled_network  # noqa: E402
from compiled_network import CompileError, largest_difference  # noqa: E402

TOLERANCE = 1e-4
NETWORKS = ["mnist", "ad01_fp32", "kws_fp32", "resnet8_fp32", "vww_fp32"]
# Seeds of graphs with a stage that is large enough to be shared.
GRAPHS = [47, 55, 67, 75, 83]
SANITIZED_GRAPHS = [95, 135, 159]
# The runtime asks sysconf how many cores there are: the programs say 4.
C_FLAGS = ["-std=gnu99", "-Wall", "-Wextra", "-Werror", f"-I{ROOT / 'runtime' / 'include'}", "-pthread",
           "-Dsysconf=cores_of_the_test"]
RUNTIME = ROOT / "runtime" / "src" / "dlc_parallel.c"
SANITIZER = ["-fsanitize=thread", "-g"]
RACE = "WARNING: ThreadSanitizer: data race"


def command(*words, cwd=None):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, cwd=cwd)
    if done.returncode:
        raise CompileError(f"{' '.join(map(str, words))}\n{done.stdout}{done.stderr}exit code {done.returncode}")
    return done.stdout


def committed(name):
    folder = ROOT / "test" / "models" / name
    return folder / "model.onnx", *compiled_network.load_test_set(folder)


def random_graph(seed, folder):
    graph = check_random_graphs.Graph(seed)
    model = graph.model()
    onnx.save(model, folder / "model.onnx")
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, ["CPUExecutionProvider"])
    inputs = [graph.numbers.uniform(-1, 1, shape).astype(np.float32) for shape in graph.inputs.values()]
    return folder / "model.onnx", inputs, session.run(None, dict(zip(graph.inputs, inputs)))


def write_inputs(folder, inputs):
    for i, array in enumerate(inputs):
        (folder / f"input_{i}.bin").write_bytes(np.ascontiguousarray(array).tobytes())


def run(program, folder, references):
    """The program's outputs; what it prints is an error."""
    for i in range(len(references)):
        (folder / f"output_{i}.bin").unlink(missing_ok=True)
    said = command(program, cwd=folder)
    if said:
        raise CompileError(said)
    return [np.frombuffer((folder / f"output_{i}.bin").read_bytes(), r.dtype).reshape(r.shape)
            for i, r in enumerate(references)]


def compare(what, outputs, references, expected=None):
    for i, (output, reference) in enumerate(zip(outputs, references)):
        difference = largest_difference(output, reference)
        if difference > TOLERANCE:
            raise CompileError(f"{what}: output {i} is off by {difference:.3g}")
        if expected and output.tobytes() != expected[i].tobytes():
            raise CompileError(f"{what}: output {i} has other bits than with one thread, "
                               f"by {largest_difference(output, expected[i]):.3g}")


def check_plain(dlc, case, target, folder):
    """Objects for 1, 2 and 3 threads; how many functions have a task."""
    model, inputs, references = case
    one = compiled_network.CompiledNetwork(dlc, model, folder, target=target).run(inputs, references)
    compare("one thread", one, references)
    write_inputs(folder, inputs)
    shared = 0
    for threads in (2, 3):
        network = folder / f"net{threads}.o"
        command(dlc, model, f"--target={target}", f"--threads={threads}", "--name=net", "-o", network)
        shared += len(re.findall(r"_task$", command("nm", network), re.M))
        for loop, source in ((0, [RUNTIME]), (1, [])):
            program = folder / f"run{loop}"
            command("cc", *C_FLAGS, "-O1", f"-DLOOP={loop}", HERE / "run_network.c", *source, network, "-o", program)
            compare(f"{threads} threads, loop {loop}", run(program, folder, references), references, one)
    return shared


def instrumented(text):
    """LLVM IR that ThreadSanitizer's pass takes up: it wants an attribute, and
    none that promises that functions do nothing of what it inserts."""
    def rewrite(match):
        words = re.sub(r"memory\([^)]*\)|\b(nosync|nofree|norecurse|willreturn|mustprogress)\b", "", match[2])
        return f"{match[1]}{{ sanitize_thread {words}}}"
    # Declarations, which are intrinsics, keep theirs.
    defined = set(re.findall(r"^define .*?(#\d+)(?: section .*| !dbg.*)? \{$", text, re.M))
    return re.sub(r"^(attributes (#\d+) = )\{(.*)\}$",
                  lambda m: rewrite((None, m[1], m[3])) if m[2] in defined else m[0], text, flags=re.M)


def check_sanitized(dlc, case, folder):
    model, inputs, references = case
    write_inputs(folder, inputs)
    text = command(dlc, model, "--target=x86-64-v2", "--threads=3", "--name=net", "--emit=llvm", "-o", "-")
    shared = len(re.findall(r"call void @dlc_parallel_for\(", text))
    (folder / "net.ll").write_text(instrumented(text))
    command("clang-22", "-O1", *SANITIZER, "-Wno-override-module", "-c", folder / "net.ll", "-o", folder / "net.o")
    for loop, source in ((0, [RUNTIME]), (1, []), (2, [])):
        program = folder / f"sanitized{loop}"
        command("clang-22", *C_FLAGS, "-O1", *SANITIZER, f"-DLOOP={loop}", HERE / "run_network.c", *source,
                folder / "net.o", "-o", program)
        if loop < 2:
            compare(f"instrumented, loop {loop}", run(program, folder, references), references)
        elif shared:
            done = subprocess.run([program], cwd=folder, capture_output=True, text=True)
            if done.returncode != 66 or RACE not in done.stderr:
                raise CompileError(f"a task done twice at once is not seen: {done.returncode}\n{done.stderr}")
    return shared


def check_runtime(folder):
    for name, compiler, flags in (("plain", "cc", []), ("sanitized", "clang-22", SANITIZER)):
        program = folder / f"parallel_{name}"
        command(compiler, *C_FLAGS, "-O2", *flags, HERE / "check_parallel.c", RUNTIME, "-o", program)
        command(program)
        print(f"{name}: right")


def cases(kind, folder):
    if kind == "networks":
        yield from ((name, committed(name)) for name in NETWORKS)
    elif kind == "graphs":
        yield from ((f"graph {seed}", random_graph(seed, folder)) for seed in GRAPHS)
    else:
        yield from ((name, committed(name)) for name in ("resnet8_fp32", "kws_fp32"))
        yield from ((f"graph {seed}", random_graph(seed, folder)) for seed in SANITIZED_GRAPHS)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("kind", choices=["networks", "graphs", "sanitized", "runtime"])
    parser.add_argument("--dlc", required=True)
    parser.add_argument("--work", type=Path, required=True)
    arguments = parser.parse_args()
    folder = arguments.work.resolve() / arguments.kind
    folder.mkdir(parents=True, exist_ok=True)
    failed = shared = 0
    try:
        if arguments.kind == "runtime":
            check_runtime(folder)
            return 0
    except CompileError as error:
        print(error)
        return 1
    for name, case in cases(arguments.kind, folder):
        try:
            if arguments.kind == "sanitized":
                shared += check_sanitized(arguments.dlc, case, folder)
            else:
                # One target is enough for what is drawn.
                for target in ("x86-64-v2", "host") if arguments.kind == "networks" else ("host",):
                    # A library of its own path: what is loaded stays loaded.
                    place = folder / name.replace(" ", "") / target
                    place.mkdir(parents=True, exist_ok=True)
                    shared += check_plain(arguments.dlc, case, target, place)
        except CompileError as error:
            failed += 1
            print(f"{name}: {error}", flush=True)
    print(f"{shared} stages are shared, {failed} networks are wrong")
    if not shared:
        print("nothing was tested")
    return 1 if failed or not shared else 0


if __name__ == "__main__":
    sys.exit(main())
