//===- Butterflies.cpp - The passes of a Fourier transform ----------------===//

#include "codegen/audio/Butterflies.h"
#include "llvm/Support/MathExtras.h"

using namespace dlc::audio;

static constexpr double kPi = 3.14159265358979323846264338327950288;

int64_t Butterflies::radix() const {
  return llvm::Log2_64(static_cast<uint64_t>(size)) % 2 ? 2 : 4;
}

/// A transform of four, whose last three elements have been turned.
Butterflies::Four Butterflies::combine(const Four &x) {
  Complex gap = a.sub(x[0], x[2]), sum = a.add(x[0], x[2]),
          odd = a.add(x[1], x[3]), apart = a.sub(x[1], x[3]);
  return {a.add(sum, odd), a.withMinusI(gap, apart), a.sub(sum, odd),
          a.withI(gap, apart)};
}

/// Where the first element of each group of the first pass is; the others
/// follow size / radix apart.
std::vector<uint16_t> Butterflies::firstOfGroups() const {
  int64_t groups = size / radix();
  std::vector<uint16_t> order;
  for (int64_t group = 0; group < groups; ++group) {
    int64_t reversed = 0;
    for (int64_t digits = group, left = groups; left > 1; left /= 4) {
      reversed = reversed * 4 + digits % 4;
      digits /= 4;
    }
    order.push_back(static_cast<uint16_t>(reversed));
  }
  return order;
}

void Butterflies::leaves(Input input, Value *work) {
  std::vector<uint16_t> order = firstOfGroups();
  auto groups = static_cast<int64_t>(order.size());
  bool bytes = groups <= 256;
  Value *places =
      bytes ? c.table(std::vector<uint8_t>(order.begin(), order.end()))
            : c.table(order);
  c.loop(groups, [&](Value *group) {
    Value *first =
        c.toWord(c.loadUnsigned(bytes ? c.i8() : c.i16(), places, group));
    Four x;
    for (int64_t j = 0; j < radix(); ++j)
      x[j] = input(c.b.CreateAdd(first, c.word(j * groups)));
    if (radix() == 2)
      x = {a.add(x[0], x[1]), a.sub(x[0], x[1]), {}, {}};
    else
      x = combine(x);
    Value *place = c.b.CreateMul(group, c.word(radix()));
    for (int64_t j = 0; j < radix(); ++j)
      a.store(x[j], work, c.b.CreateAdd(place, c.word(j)));
  });
}

/// Four elements of a later pass, `apart` from each other.
void Butterflies::butterfly(Value *work, Value *first, int64_t apart,
                            const Four &turns) {
  Four x;
  std::array<Value *, 4> places;
  for (int64_t j = 0; j < 4; ++j) {
    places[j] = c.b.CreateAdd(first, c.word(j * apart));
    x[j] = a.divide(a.load(work, places[j]), 4);
    if (j)
      x[j] = a.times(x[j], turns[j]);
  }
  x = combine(x);
  for (int64_t j = 0; j < 4; ++j)
    a.store(x[j], work, places[j]);
}

/// A pass of radix 4 whose elements are `apart`; three turns for each of these.
void Butterflies::pass(Value *work, Value *turns, int64_t apart) {
  c.loop(apart, [&](Value *k) {
    Value *place = c.b.CreateMul(k, c.word(3));
    Four three;
    for (int64_t j = 1; j < 4; ++j)
      three[j] = a.load(turns, c.b.CreateAdd(place, c.word(j - 1)));
    if (4 * apart == size)
      return butterfly(work, k, apart, three);
    c.loop(k, c.word(size), 4 * apart, {},
           [&](Value *first, llvm::ArrayRef<Value *>) {
             butterfly(work, first, apart, three);
             return Code::Values();
           });
  });
}

void Butterflies::run(Input input, Value *work) {
  leaves(input, work);
  for (int64_t apart = radix(); apart < size; apart *= 4) {
    llvm::SmallVector<double> phases;
    int64_t stride = size / (4 * apart);
    for (int64_t k = 0; k < apart; ++k)
      for (int64_t j = 1; j < 4; ++j)
        phases.push_back(-2 * kPi * static_cast<double>(j * k * stride) /
                         static_cast<double>(size));
    pass(work, a.turns(phases), apart);
  }
}
