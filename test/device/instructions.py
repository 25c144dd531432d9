"""One kernel of PTX for each instruction that the emulator executes.

Each reads three words a, b, c of 64 bits for its thread and writes one.
"""

THREADS, BLOCKS = 64, 64
COUNT = THREADS * BLOCKS
WORDS = 3

TWO = """add.rn.f32 sub.rn.f32 mul.rn.f32 div.rn.f32 min.f32 max.f32 copysign.f32 add.rn.ftz.f32 mul.rn.ftz.f32
mul.lo.s32 mul.hi.s32 mul.hi.u32 add.s32 sub.s32 min.s32 max.s32 min.u32 max.u32 and.b32 or.b32 xor.b32 shl.b32 shr.s32 shr.u32
add.rn.f16x2 mul.rn.f16x2 sub.rn.f16x2"""
# Of zero PTX leaves quotient and remainder open.
DIVIDE = "div.s32 div.u32 rem.s32 rem.u32"
ONE = """sqrt.rn.f32 rcp.rn.f32 neg.f32 abs.f32 not.b32 neg.s32 abs.s32 popc.b32 clz.b32 brev.b32 neg.f16x2
cvt.rni.f32.f32 cvt.rzi.f32.f32 cvt.rmi.f32.f32 cvt.rpi.f32.f32 cvt.sat.f32.f32
cvt.rni.s32.f32 cvt.rzi.s32.f32 cvt.rmi.s32.f32 cvt.rpi.s32.f32 cvt.rni.u32.f32 cvt.rzi.u32.f32
cvt.rni.s8.f32 cvt.rni.u8.f32 cvt.rni.s16.f32 cvt.rn.f32.s32 cvt.rn.f32.u32 cvt.rz.f32.s32 cvt.rm.f32.s32 cvt.rp.f32.s32
cvt.s32.s8 cvt.u32.u8 cvt.s32.s16 cvt.u32.u16 cvt.sat.s8.s32 cvt.sat.u8.s32 cvt.sat.s16.s32"""
THREE = """fma.rn.f32 fma.rn.ftz.f32 fma.rn.sat.f32 mad.lo.s32 fma.rn.f16x2 prmt.b32 bfe.u32 bfe.s32
shf.l.wrap.b32 shf.r.wrap.b32 shf.r.clamp.b32 sad.s32 slct.b32.s32"""
DOT = "dp4a.s32.s32 dp4a.u32.u32 dp4a.s32.u32 dp4a.u32.s32"
WIDE_TWO = "add.s64 sub.s64 mul.lo.s64 mul.hi.u64 mul.hi.s64 add.rn.f64 mul.rn.f64 div.rn.f64 and.b64 min.s64 max.u64"
WIDE_THREE = "fma.rn.f64 mad.lo.s64"
COMPARES = "eq ne lt le gt ge equ neu ltu leu gtu geu num nan"
# (name, largest relative difference): both sides approximate.
APPROXIMATE = [("rcp.approx.ftz.f32", 2e-7), ("rsqrt.approx.ftz.f32", 4e-7), ("sqrt.approx.ftz.f32", 4e-7),
               ("ex2.approx.ftz.f32", 4e-7), ("lg2.approx.ftz.f32", 1e-6)]

PROLOGUE = """.visible .entry {name}(.param .u64 p, .param .u64 q)
.reqntid 64, 1, 1
{{
  .reg .pred %p<3>; .reg .b16 %rs<5>; .reg .b32 %r<16>; .reg .b64 %rd<12>;
  ld.param.b64 %rd1, [p]; ld.param.b64 %rd2, [q];
  mov.u32 %r1, %tid.x; mov.u32 %r2, %ctaid.x; shl.b32 %r3, %r2, 6; add.s32 %r1, %r1, %r3;
  mul.wide.u32 %rd3, %r1, 24; add.s64 %rd1, %rd1, %rd3; mul.wide.u32 %rd4, %r1, 8; add.s64 %rd2, %rd2, %rd4;
  ld.global.b64 %rd5, [%rd1]; ld.global.b64 %rd6, [%rd1+8]; ld.global.b64 %rd7, [%rd1+16];
  cvt.u32.u64 %r5, %rd5; cvt.u32.u64 %r6, %rd6; cvt.u32.u64 %r7, %rd7;
  {body}
  st.global.b64 [%rd2], %rd8;
  ret;
}}
"""
WIDEN = " cvt.u64.u32 %rd8, %r8;"


def bodies(capability):
    """name -> body, which leaves its result in %rd8."""
    made = {}
    for name in TWO.split():
        made[name] = f"{name} %r8, %r5, %r6;" + WIDEN
    for name in DIVIDE.split():
        made[name] = f"or.b32 %r6, %r6, 1; {name} %r8, %r5, %r6;" + WIDEN
    for name in [*ONE.split(), *(name for name, _ in APPROXIMATE)]:
        made[name] = f"{name} %r8, %r5;" + WIDEN
    for name in THREE.split() + (DOT.split() if capability >= 61 else []):
        made[name] = f"{name} %r8, %r5, %r6, %r7;" + WIDEN
    made["lop3.b32"] = "lop3.b32 %r8, %r5, %r6, %r7, 0x96;" + WIDEN
    made["bfi.b32"] = "bfi.b32 %r8, %r5, %r6, 5, 9;" + WIDEN
    for name in WIDE_TWO.split():
        made[name] = f"{name} %rd8, %rd5, %rd6;"
    for name in WIDE_THREE.split():
        made[name] = f"{name} %rd8, %rd5, %rd6, %rd7;"
    made["mul.wide.s32"] = "mul.wide.s32 %rd8, %r5, %r6;"
    made["mad.wide.u32"] = "mad.wide.u32 %rd8, %r5, %r6, %rd7;"
    made["shl.b64"] = "shl.b64 %rd8, %rd5, %r6;"
    made["shr.s64"] = "shr.s64 %rd8, %rd5, %r6;"
    made["cvt.rn.f32.f64"] = "cvt.rn.f32.f64 %r8, %rd5;" + WIDEN
    made["cvt.f64.f32"] = "cvt.f64.f32 %rd8, %r5;"
    made["cvt.rn.f32.s64"] = "cvt.rn.f32.s64 %r8, %rd5;" + WIDEN
    select = " selp.b32 %r8, %r5, %r7, %p1;" + WIDEN
    for compare in COMPARES.split():
        made[f"setp.{compare}.f32"] = f"setp.{compare}.f32 %p1, %r5, %r6;" + select
    for compare in ("eq", "lt", "ge"):
        for kind in ("s32", "u32"):
            made[f"setp.{compare}.{kind}"] = f"setp.{compare}.{kind} %p1, %r5, %r6;" + select
    made["setp.lt.and.s32"] = "setp.ne.s32 %p2, %r7, 0; setp.lt.and.s32 %p1, %r5, %r6, !%p2;" + select
    made["cvt.rn.f16.f32"] = "cvt.rn.f16.f32 %rs1, %r5; mov.b32 %r8, {%rs1, %rs1};" + WIDEN
    made["cvt.f32.f16"] = "mov.b32 {%rs1, %rs2}, %r5; cvt.f32.f16 %r8, %rs1;" + WIDEN
    made["fma.rn.f16"] = ("mov.b32 {%rs1, %rs2}, %r5; mov.b32 {%rs3, %rs4}, %r6; fma.rn.f16 %rs1, %rs1, %rs3, %rs2; "
                          "mov.b32 %r8, {%rs1, %rs1};" + WIDEN)
    for mode in ("idx", "up", "down", "bfly"):
        clamp = 0 if mode == "up" else 31
        made[f"shfl.sync.{mode}.b32"] = (f"and.b32 %r9, %r6, 31; shfl.sync.{mode}.b32 %r8, %r5, %r9, {clamp}, -1;"
                                         + WIDEN)
    made["vote.sync.ballot.b32"] = "setp.lt.s32 %p1, %r5, %r6; vote.sync.ballot.b32 %r8, %p1, -1;" + WIDEN
    return made


def symbol(name):
    return "k_" + name.replace(".", "_")


def module(capability):
    """The PTX of all kernels, and their instructions in order."""
    made = bodies(capability)
    text = f".version 6.0\n.target sm_{capability}\n.address_size 64\n"
    text += "\n".join(PROLOGUE.format(name=symbol(name), body=body) for name, body in made.items())
    return text, list(made)


def tolerance(name):
    """The relative difference that two devices may have."""
    return dict(APPROXIMATE).get(name, 0)
