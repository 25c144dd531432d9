#!/usr/bin/env python3
"""Opens the memory report in a headless browser and compares what is drawn
with the JSON report of the same compilation.

    check_report.py resnet8|names|long --dlc build/bin/dlc --work DIR

resnet8   a real network, with a budget that is drawn
names     a network whose tensors and layers are named to break out of the page
long      300 stages
"""

import argparse
import html
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "harness"))

import memory_plan  # noqa: E402

HERE = Path(__file__).parent
SKIPPED = 77
BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome")
# Half a pixel, and what two decimals of a coordinate lose.
TOLERANCE = 0.6
EVIL = (
    "<script>window.ran=1;document.title='ran'</script>",
    "\"><img src=x onerror=window.ran=2>",
    "</title></svg></style><svg onload=window.ran=3>",
    "' onmouseover='window.ran=4' x='",
    "&lt;b&gt; &amp; &#60;script&#62;",
    "]]><!-- --><iframe src=javascript:window.ran=5>",
    "\u202e\u00e4\u4e16\u754c; http://example.org/x",
)


def save(path, nodes, inputs, outputs, constants):
    graph = helper.make_graph(
        nodes, "graph <i>of</i> " + path.parent.name,
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
         for name, shape in inputs],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
         for name, shape in outputs],
        [numpy_helper.from_array(value, name) for name, value in constants])
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, path)


def chain(names, width, skips):
    """Products of `width` channels, one for each name; each in `skips` adds
    the result of the product so many before."""
    rng = np.random.default_rng(0)
    nodes, constants, value = [], [], names[0] + " in"
    values = [value]
    for i, name in enumerate(names):
        weight = f"w{i}"
        constants.append((weight, rng.standard_normal(
            (width, width)).astype(np.float32)))
        result = f"{name} out{i}"
        nodes.append(helper.make_node("MatMul", [value, weight], [result],
                                      name=name))
        value = result
        if i in skips:
            total = f"{name} sum{i}"
            nodes.append(helper.make_node(
                "Add", [value, values[-skips[i]]], [total], name=f"{name}+"))
            value = total
        values.append(value)
    return nodes, values[0], value, constants


def make_model(kind, folder):
    """The model's path and dlc's options."""
    if kind == "resnet8":
        return HERE.parents[1] / "models/resnet8_fp32/model.onnx", [
            "--ram=160K", "--flash=1M"]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "model.onnx"
    if kind == "names":
        nodes, first, last, constants = chain(EVIL, 16, {3: 2, 6: 4})
        save(path, nodes, [(first, [8, 16])], [(last, [8, 16])], constants)
    else:
        names = [f"net/block_{i // 4}/layer_{i}" for i in range(300)]
        nodes, first, last, constants = chain(
            names, 8, {i: 3 for i in range(6, 300, 8)})
        save(path, nodes, [(first, [4, 8])], [(last, [4, 8])], constants)
    return path, []


class Browser:
    def __init__(self, work):
        self.path = next(filter(None, map(shutil.which, BROWSERS)), None)
        self.work = work

    def open(self, page, *options):
        """The page as text after its scripts ran, and what its console says."""
        result = subprocess.run(
            [self.path, "--headless", "--no-sandbox", "--disable-gpu",
             "--hide-scrollbars", f"--user-data-dir={self.work / 'browser'}",
             "--enable-logging=stderr", "--window-size=1280,30000",
             "--force-color-profile=srgb", *options, "--dump-dom",
             page.resolve().as_uri()],
            capture_output=True, text=True, timeout=100, check=True)
        console = [line for line in result.stderr.splitlines()
                   if "CONSOLE" in line]
        return result.stdout, console

    def measure(self, page, *options):
        """What measure.js finds in a copy of the page that lets it run: names
        have to be harmless without the page's own policy as well."""
        text = page.read_text(encoding="utf-8")
        text, count = re.subn(
            r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)
        expect(count == 1, "the page has a policy")
        script = (HERE / "measure.js").read_text(encoding="utf-8")
        text = text.replace(
            "</body>", f'<script id="measure">{script}</script></body>')
        copy = self.work / "measured.html"
        copy.write_text(text, encoding="utf-8")
        dom, console = self.open(copy, *options)
        expect(not console, f"the console says {console}")
        found = re.search(r'<pre id="measured">(.*?)</pre>', dom, re.DOTALL)
        expect(found, "measure.js ran")
        return json.loads(html.unescape(found[1]))


def expect(condition, what):
    if not condition:
        raise SystemExit(f"error: not so: {what}")


def shown(name):
    """A name of the JSON report as the page shows it."""
    return name.replace("\u202e", "\\u202e")


def close(actual, expected, what):
    expect(abs(actual - expected) <= TOLERANCE,
           f"{what}: at {actual}, expected at {expected}")


def bytes_of(text):
    number, unit = text.split()
    return float(number) * {"B": 1, "KiB": 1 << 10, "MiB": 1 << 20}[unit]


class Scale:
    """Pixels of a number, through two marks of an axis."""

    def __init__(self, marks):
        (a, x), (b, y) = marks[0], marks[-1]
        self.slope = (y - x) / (b - a)
        self.origin = x - a * self.slope

    def __call__(self, number):
        return self.origin + number * self.slope


def check_boxes(report, seen, x, y):
    """One box for each buffer, where stages and addresses say."""
    buffers, boxes = report["buffers"], seen["boxes"]
    expect([box["id"] for box in boxes] ==
           [f"box-{i}" for i in range(len(buffers))], "a box for each buffer")
    peak = report["ram"]["peak"]["stages"]
    for i, (buffer, box) in enumerate(zip(buffers, boxes)):
        name = f"box {i} '{buffer['name']}'"
        first, last = buffer["first_stage"], buffer["last_stage"]
        # A result over part of its operand takes over in the middle of the stage.
        over = any(memory_plan.overlap(buffer, buffers[o["buffer"]]) for o in buffer["over"])
        under = any(memory_plan.overlap(buffer, b) for b in buffers
                    if any(o["buffer"] == i for o in b["over"]))
        close(box["left"], x(first + over / 2), f"{name}: left")
        close(box["right"], x(last + 1 - under / 2), f"{name}: right")
        close(box["top"], y(buffer["offset"] + buffer["bytes"]), f"{name}: top")
        close(box["bottom"], y(buffer["offset"]), f"{name}: bottom")
        held = any(first <= stage <= last for stage in peak)
        kind = "scratch" if buffer["scratch"] else "tensor"
        expect(box["css"] == f"box {kind}{' held' if held else ''}",
               f"{name} is a {box['css']}")
        lines = box["title"].split("\n")
        expect(lines[0] == shown(buffer["name"]), f"{name} is called {lines[0]}")
        expect(lines[1].startswith(
            f"{buffer['bytes']} bytes at {buffer['offset']}, "
            f"{buffer['shape']} {buffer['type']}"), f"{name}: {lines[1]}")
        stages = report["stages"]
        names = [shown(stages[i]["name"]) for i in (first, last)]
        expect(lines[2] == f"from stage {first} {names[0]}" and
               lines[3] == f"to stage {last} {names[1]}",
               f"{name}: {lines[2:]}")
        expect(box["link"] == f"#buffer-{i}", f"{name} leads to {box['link']}")
        size = min(box["right"] - box["left"], box["bottom"] - box["top"])
        if size > 4 and box["hit"] is not None:
            expect(box["hit"] == box["id"],
                   f"{name} is covered by '{box['hit']}'")
    for i, a in enumerate(boxes):
        for b in boxes[:i]:
            width = min(a["right"], b["right"]) - max(a["left"], b["left"])
            height = min(a["bottom"], b["bottom"]) - max(a["top"], b["top"])
            expect(width < TOLERANCE or height < TOLERANCE,
                   f"{a['id']} and {b['id']} do not overlap")
    for label in seen["labels"]:
        expect(any(box["left"] - 1 <= label["left"] and
                   label["right"] <= box["right"] + 1 and
                   box["top"] - 1 <= label["top"] and
                   label["bottom"] <= box["bottom"] + 1 for box in boxes),
               "labels stay in their boxes")


def check_marks(report, seen, x, y):
    """The peak, the lower bound and the budget."""
    ram, buffers = report["ram"], report["buffers"]
    stages = ram["peak"]["stages"]
    expect(len(seen["peakStages"]) == len(stages), "each peak stage is marked")
    for stage, band in zip(stages, seen["peakStages"]):
        close(band["left"], x(stage), f"peak stage {stage}: left")
        close(band["right"], x(stage + 1), f"peak stage {stage}: right")
    # Found anew: the stage that needs most bytes, and its top.
    alive = memory_plan.bytes_per_stage(buffers, len(report["stages"]))
    peak = alive.index(max(alive))
    expect(stages[0] == peak, "the peak is where most bytes are alive")
    expect(ram["lower_bound"] == memory_plan.lower_bound(buffers),
           "the lower bound is what the buffers need")
    marker = seen["lines"]["peak"]
    close((marker["left"] + marker["right"]) / 2, x(peak + 0.5), "peak marker")
    close(marker["bottom"],
          y(max(b["offset"] + b["bytes"] for b in buffers
                if b["first_stage"] <= peak <= b["last_stage"])),
          "tip of the peak marker")
    expect(f"at stage{'s' * (len(stages) > 1)} {peak}" in seen["peakText"],
           seen["peakText"])
    for line, value in (("bound", ram["lower_bound"]),
                        ("budget", ram["budget"])):
        expect((line in seen["lines"]) == bool(value), f"{line} is drawn")
        if value:
            close(seen["lines"][line]["top"], y(value), line)


def check_flash(report, seen, x):
    """Heights of the columns are proportional to the sizes in the object."""
    sizes = {(f"#stage-{i}", css): stage[f"flash_{key}_bytes"]
             for i, stage in enumerate(report["stages"])
             for css, key in (("code", "code"), ("weights", "weight"))}
    drawn = {(column["link"], column["css"]): column
             for column in seen["columns"]}
    expect(set(drawn) == {key for key, size in sizes.items() if size},
           "a column for all code and weights")
    scale = max(column["bottom"] - column["top"]
                for column in seen["columns"]) / max(sizes.values())
    for (link, css), column in drawn.items():
        close(column["bottom"] - column["top"], sizes[link, css] * scale,
              f"{css} of {link}")
        stage = int(link.removeprefix("#stage-"))
        expect(x(stage) - TOLERANCE <= column["left"] and
               column["right"] <= x(stage + 1) + TOLERANCE,
               f"{css} of {link} is in its column")
    expect(all(stage["code_bytes"] > 0 for stage in report["stages"]),
           "each stage's function is in the object")
    expect(0 < sum(sizes.values()) <= report["flash"]["bytes"],
           "stages take no more flash than there is")


def luminance(colour):
    parts = [int(value) / 255 for value in re.findall(r"\d+", colour)[:3]]
    red, green, blue = [
        value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4
        for value in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def check_contrast(colours):
    """Text reads at 4.5 to 1 (WCAG 2.1, 1.4.3), on the page and in boxes."""
    for text, behind in (
            ("--text", "--page"), ("--faint", "--page"), ("--text", "--band"),
            ("--text", "--tensor"), ("--text", "--scratch"),
            ("--on-held", "--tensor-held"), ("--on-held", "--scratch-held"),
            ("--text", "--part-colour"), ("--peak-mark", "--page"),
            ("--bound", "--page"), ("--budget", "--page")):
        low, high = sorted(luminance(colours[name]) for name in (text, behind))
        ratio = (high + 0.05) / (low + 0.05)
        expect(ratio >= 4.5, f"{text} on {behind} has contrast {ratio:.2f}")


def check_page(report, seen):
    """What holds for any page."""
    expect(seen["title"] ==
           f"{report['network']} on {report['target']}: memory report",
           f"the title is {seen['title']}")
    expect(seen["ran"] is None, f"a name ran: {seen['ran']}")
    expect(seen["strangers"] == 0 and seen["handlers"] == 0,
           "the page holds no script, frame, image or handler")
    expect(all(link.startswith("#") for link in seen["links"]),
           "links lead nowhere else")
    expect(not seen["deadLinks"], f"links lead to {seen['deadLinks'][:3]}")
    expect(len(set(seen["ids"])) == len(seen["ids"]), "ids are unique")
    expect(seen["unnamed"] == 0, "every picture has a title")
    expect(seen["overflow"] <= 0, "the page is no wider than the window")
    names = set(seen["names"])
    for row in report["stages"] + report["buffers"] + report["inputs"]:
        expect(shown(row["name"]) in names, f"a table says '{row['name']}'")
    ticks = [place for _, _, place in seen["stages"]]
    expect(all(a["right"] < b["left"] for a, b in zip(ticks, ticks[1:])),
           "numbers of stages do not run into each other")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=("resnet8", "names", "long"))
    parser.add_argument("--dlc", required=True)
    parser.add_argument("--work", required=True, type=Path)
    args = parser.parse_args()
    browser = Browser(args.work)
    if not browser.path:
        print("skipped: chromium-headless-shell is not installed")
        return SKIPPED

    work = args.work
    work.mkdir(parents=True, exist_ok=True)
    model, options = make_model(args.kind, work / "model")
    page = work / "net.html"
    subprocess.run(
        [args.dlc, model, "--target=cortex-m4", "-o", work / "net.o",
         f"--report={work / 'net.json'}", f"--report={page}", *options],
        check=True)
    report = json.loads((work / "net.json").read_text(encoding="utf-8"))
    if args.kind == "names":
        called = {stage["name"] for stage in report["stages"]}
        expect(called >= set(EVIL), "the names came through")

    # As it is, under its own policy.
    _, console = browser.open(page)
    expect(not console, f"the console says {console}")

    seen = browser.measure(page)
    check_page(report, seen)
    x = Scale([(stage + 0.5, place) for stage, place, _ in seen["stages"]])
    y = Scale([(bytes_of(text), place) for text, place in seen["bytes"]])
    check_boxes(report, seen, x, y)
    check_marks(report, seen, x, y)
    check_flash(report, seen, x)
    check_contrast(seen["colours"])
    if args.kind == "resnet8":
        dark = browser.measure(page, "--blink-settings=preferredColorScheme=0")
        expect(luminance(dark["background"]) < 0.05 <
               luminance(seen["background"]), "dark is dark, light is light")
        check_contrast(dark["colours"])
    if args.kind == "long":
        limit = 1500 * len(report["stages"])
        expect(page.stat().st_size < limit,
               f"{page.stat().st_size} bytes are less than {limit}")
    print(f"{len(seen['boxes'])} boxes of {len(report['stages'])} stages where "
          f"the plan says, {page.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
