"""How lit runs the tests: which files, which tools, which features."""

import os
import platform
import shutil

import lit.formats
from lit.llvm import llvm_config
from lit.llvm.subst import ToolSubst

config.name = "dlc"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
config.excludes = ["Inputs", "unit"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = config.dlc_test_binary_dir

llvm_config.with_environment("PATH", config.llvm_tools_dir, append_path=True)
llvm_config.with_environment("PATH", config.dlc_tools_dir, append_path=True)
llvm_config.with_environment("ASAN_OPTIONS", config.dlc_asan_options)
llvm_config.with_system_environment(["HOME", "TMPDIR", "DLC_VERIFY_MACHINE_CODE"])

llvm_config.add_tool_substitutions(
    ["FileCheck", "not", "count", "split-file", "llvm-nm", "llvm-size",
     "llvm-mc", "llvm-objdump", "llvm-readelf", "mlir-opt", "mlir-translate"],
    [config.llvm_tools_dir])
llvm_config.add_tool_substitutions(
    ["dlc-opt", "dlc-reduce", ToolSubst("dlc", unresolved="ignore")],
    [config.dlc_tools_dir])

config.substitutions.append(("%python", config.dlc_python))
# This machine as --host names it.
config.substitutions.append(("%host", "aarch64" if platform.machine() in ("aarch64", "arm64") else "x86-64"))
config.substitutions.append(("%repo", config.dlc_source_dir))
# The folder with the emulated libcuda.so.1.
config.substitutions.append(("%cuda", os.path.join(os.path.dirname(config.dlc_tools_dir), "lib", "dlc", "cuda")))
# NVIDIA's assembler, of the wheel that the requirements name.
config.substitutions.append(("%ptxas", os.path.join(config.dlc_site_packages, "nvidia", "cuda_nvcc", "bin", "ptxas")))
config.substitutions.append(("%onnxdata", "/usr/share/libonnx-testdata"))

for feature in ["qemu-system-arm", "arm-none-eabi-gcc", "gcc"]:
    if shutil.which(feature):
        config.available_features.add(feature)
if config.dlc_halide:
    config.available_features.add("halide")
