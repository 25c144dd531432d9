//===- LineCode.cpp - The code of an image from lines ---------------------===//

#include "codegen/pixels/LineCode.h"
#include "codegen/pixels/LinePlan.h"
#include "dialects/dlc/lines/Declarations.h"

#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Linker/Linker.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace dlc;
using namespace dlc::pixels;

namespace {

/// Of `lines`, the numbers of phases::doneLinesOffset and doneRowsOffset.
constexpr uint64_t kNumbersBytes = 8;

/// Writes the function that takes a line. Its rows are numbered as lines of the
/// frame, and lie in the order of these from the one on that the next row of
/// the image begins with.
class LineWriter {
public:
  LineWriter(llvm::Module &module, const LinePlan &plan, uint64_t align,
             unsigned indexBits)
      : module(module), plan(plan), b(module.getContext()),
        size(b.getIntNTy(indexBits)),
        keptOffset(llvm::alignTo(kNumbersBytes, align)),
        scratchOffset(llvm::alignTo(keptOffset + plan.keptRows * plan.keptBytes,
                                    align)) {}

  /// Bytes of `lines` before the memory of the pipelines.
  uint64_t bytes() const { return scratchOffset; }

  void write(llvm::Function *ofLine, llvm::Function *ofRow);
  void writeNothing();

private:
  llvm::Value *number(int64_t value) {
    return b.getInt32(static_cast<uint32_t>(value));
  }
  llvm::Value *toSize(llvm::Value *value) { return b.CreateZExt(value, size); }
  llvm::Value *behind(llvm::Value *memory, llvm::Value *offset) {
    return b.CreateGEP(b.getInt8Ty(), memory, offset);
  }
  llvm::Value *behind(llvm::Value *memory, uint64_t offset) {
    return behind(memory, llvm::ConstantInt::get(size, offset));
  }
  llvm::Value *product(llvm::Value *count, int64_t bytes) {
    return b.CreateMul(toSize(count), llvm::ConstantInt::get(size, bytes));
  }
  llvm::Value *kept(llvm::Value *row) {
    return behind(behind(lines, keptOffset), product(row, plan.keptBytes));
  }
  llvm::Value *table(llvm::ArrayRef<int64_t> values, llvm::StringRef name);
  llvm::Value *read(llvm::Value *table, llvm::Value *row);
  void move(llvm::StringRef function, llvm::Value *to, llvm::Value *from,
            llvm::Value *bytes);
  void keep(llvm::Function *ofLine, llvm::Value *at, llvm::Value *first);
  void makeRow(llvm::Function *ofRow, llvm::Value *row, llvm::Value *first);
  llvm::BasicBlock *block(const llvm::Twine &name) {
    return llvm::BasicBlock::Create(module.getContext(), name, function);
  }

  llvm::Module &module;
  const LinePlan &plan;
  llvm::IRBuilder<> b;
  llvm::IntegerType *size;
  uint64_t keptOffset, scratchOffset;
  llvm::Function *function = nullptr;
  llvm::Value *line = nullptr, *image = nullptr, *lines = nullptr;
};

} // namespace

/// Numbers of lines, and behind them one that no line has.
llvm::Value *LineWriter::table(llvm::ArrayRef<int64_t> values,
                               llvm::StringRef name) {
  llvm::SmallVector<uint16_t> numbers(values.begin(), values.end());
  numbers.push_back(static_cast<uint16_t>(plan.lines));
  auto *data = llvm::ConstantDataArray::get(module.getContext(),
                                            llvm::ArrayRef<uint16_t>(numbers));
  auto *global = new llvm::GlobalVariable(
      module, data->getType(),
      /*isConstant=*/true, llvm::GlobalValue::InternalLinkage, data, name);
  global->setAlignment(llvm::Align(2));
  return global;
}

llvm::Value *LineWriter::read(llvm::Value *table, llvm::Value *row) {
  return b.CreateZExt(
      b.CreateLoad(b.getInt16Ty(),
                   b.CreateGEP(b.getInt16Ty(), table, toSize(row))),
      b.getInt32Ty());
}

/// A call that keeps its name: what LLVM makes of the intrinsic has others.
void LineWriter::move(llvm::StringRef name, llvm::Value *to, llvm::Value *from,
                      llvm::Value *bytes) {
  auto *pointer = b.getPtrTy();
  auto *type = llvm::FunctionType::get(pointer, {pointer, pointer, size},
                                       /*isVarArg=*/false);
  b.CreateCall(module.getOrInsertFunction(name, type), {to, from, bytes})
      ->addFnAttr(llvm::Attribute::NoBuiltin);
}

/// The line `at`, where rows from `first` on are kept.
void LineWriter::keep(llvm::Function *ofLine, llvm::Value *at,
                      llvm::Value *first) {
  llvm::Value *to = kept(b.CreateSub(at, first));
  if (!ofLine) {
    move("memcpy", to, line, llvm::ConstantInt::get(size, plan.keptBytes));
    return;
  }
  llvm::SmallVector<llvm::Value *> arguments = {line, to};
  if (ofLine->arg_size() == 5)
    arguments.push_back(behind(lines, scratchOffset));
  // Rows are numbered from the first line, and what is read is this line.
  arguments.append({b.CreateSub(at, number(plan.firstLine)), at});
  b.CreateCall(ofLine, arguments);
}

void LineWriter::makeRow(llvm::Function *ofRow, llvm::Value *row,
                         llvm::Value *first) {
  const Pipeline &pipeline = plan.ofRow;
  llvm::SmallVector<llvm::Value *> arguments = {
      kept(number(0)),
      behind(image,
             product(row, pipeline.strides[0] * pipeline.element.bits / 8))};
  if (ofRow->arg_size() == 5)
    arguments.push_back(behind(lines, scratchOffset));
  arguments.append({row, b.CreateSub(first, number(plan.firstLine))});
  b.CreateCall(ofRow, arguments);
}

/// The image is there before it is asked for.
void LineWriter::writeNothing() {
  auto *type = llvm::FunctionType::get(
      b.getVoidTy(), {b.getPtrTy(), b.getPtrTy()}, /*isVarArg=*/false);
  function = llvm::Function::Create(type, llvm::GlobalValue::ExternalLinkage,
                                    "dlc_pixels", module);
  b.SetInsertPoint(block("entry"));
  b.CreateRetVoid();
}

void LineWriter::write(llvm::Function *ofLine, llvm::Function *ofRow) {
  auto *word = b.getInt32Ty();
  auto *pointer = b.getPtrTy();
  auto *type = llvm::FunctionType::get(word, {pointer, pointer, pointer},
                                       /*isVarArg=*/false);
  function =
      llvm::Function::Create(type, llvm::GlobalValue::ExternalLinkage,
                             ("dlc_pixels" + phases::lineSuffix).str(), module);
  for (llvm::Argument &argument : function->args())
    argument.addAttr(llvm::Attribute::NoAlias);
  line = function->getArg(0), image = function->getArg(1),
  lines = function->getArg(2);
  llvm::Value *begins = table(plan.begin, "begin"),
              *lasts = table(plan.last, "last");
  llvm::BasicBlock *entry = block("entry"), *tooMany = block("too_many"),
                   *taken = block("taken"), *stored = block("stored"),
                   *next = block("next"), *make = block("make"),
                   *drop = block("drop"), *rowDone = block("row_done"),
                   *done = block("done"), *end = block("end");
  auto *rows = number(static_cast<int64_t>(plan.begin.size()));

  b.SetInsertPoint(entry);
  llvm::Value *linesDone = behind(lines, phases::doneLinesOffset),
              *rowsDone = behind(lines, phases::doneRowsOffset);
  llvm::Value *at = b.CreateLoad(word, linesDone),
              *firstRow = b.CreateLoad(word, rowsDone);
  // Memory that nobody has begun with: nothing outside is touched.
  llvm::Value *valid = b.CreateAnd(b.CreateICmpULT(at, number(plan.lines)),
                                   b.CreateICmpULE(firstRow, rows));
  b.CreateCondBr(valid, taken, tooMany);
  b.SetInsertPoint(tooMany);
  b.CreateRet(number(-1));

  b.SetInsertPoint(taken);
  b.CreateStore(b.CreateAdd(at, number(1)), linesDone);
  llvm::Value *first = read(begins, firstRow);
  b.CreateCondBr(b.CreateICmpULT(at, first), end, stored);

  b.SetInsertPoint(stored);
  keep(ofLine, at, first);
  b.CreateBr(next);

  b.SetInsertPoint(next);
  llvm::PHINode *row = b.CreatePHI(word, 2), *begin = b.CreatePHI(word, 2);
  row->addIncoming(firstRow, stored);
  begin->addIncoming(first, stored);
  b.CreateCondBr(b.CreateICmpULE(read(lasts, row), at), make, done);

  b.SetInsertPoint(make);
  makeRow(ofRow, row, begin);
  llvm::Value *nextRow = b.CreateAdd(row, number(1));
  llvm::Value *nextBegin = read(begins, nextRow);
  llvm::Value *unread = b.CreateSub(nextBegin, begin);
  llvm::Value *moves = b.CreateAnd(b.CreateICmpNE(unread, number(0)),
                                   b.CreateICmpULE(nextBegin, at));
  b.CreateCondBr(moves, drop, rowDone);
  b.SetInsertPoint(drop);
  llvm::Value *count = b.CreateAdd(b.CreateSub(at, nextBegin), number(1));
  move("memmove", kept(number(0)), kept(unread),
       product(count, plan.keptBytes));
  b.CreateBr(rowDone);
  b.SetInsertPoint(rowDone);
  row->addIncoming(nextRow, rowDone);
  begin->addIncoming(nextBegin, rowDone);
  b.CreateBr(next);

  b.SetInsertPoint(done);
  b.CreateStore(row, rowsDone);
  b.CreateBr(end);
  b.SetInsertPoint(end);
  llvm::PHINode *finished = b.CreatePHI(word, 2);
  finished->addIncoming(firstRow, taken);
  finished->addIncoming(row, done);
  b.CreateRet(b.CreateZExt(b.CreateICmpEQ(finished, rows), word));
}

/// Links what compilePipeline has made as a function of the module's own.
static llvm::Expected<llvm::Function *>
take(llvm::Module &module, const Compiled &compiled, const llvm::Twine &name) {
  auto code = llvm::parseBitcodeFile(
      llvm::MemoryBufferRef(compiled.bitcode, "pixels"), module.getContext());
  if (!code)
    return code.takeError();
  std::string text = name.str();
  (*code)->getFunction("dlc_pixels")->setName(text);
  module.setTargetTriple((*code)->getTargetTriple());
  module.setDataLayout((*code)->getDataLayout());
  if (llvm::Linker::linkModules(module, std::move(*code)))
    return llvm::createStringError("internal error: the code of " + text +
                                   " cannot be linked");
  llvm::Function *function = module.getFunction(text);
  function->setLinkage(llvm::GlobalValue::InternalLinkage);
  return function;
}

llvm::Expected<Compiled> dlc::pixels::compileLines(const Pipeline &pipeline,
                                                   uint64_t align,
                                                   unsigned indexBits) {
  LinePlan plan = planLines(pipeline);
  llvm::LLVMContext context;
  llvm::Module module("lines", context);
  Compiled result;
  llvm::Function *functions[2] = {};
  uint64_t scratch = 0;
  for (bool isRow : {false, true}) {
    if (!isRow && !plan.ofLine)
      continue;
    llvm::Expected<Compiled> compiled =
        compilePipeline(isRow ? plan.ofRow : *plan.ofLine, align);
    if (!compiled)
      return compiled.takeError();
    llvm::Expected<llvm::Function *> function =
        take(module, *compiled, isRow ? "image_row" : "kept_row");
    if (!function)
      return function.takeError();
    functions[isRow] = *function;
    scratch = std::max(scratch, compiled->lineBytes);
  }
  LineWriter writer(module, plan, align, indexBits);
  writer.write(functions[false], functions[true]);
  writer.writeNothing();
  std::string problem;
  llvm::raw_string_ostream os(problem);
  if (llvm::verifyModule(module, &os))
    return llvm::createStringError("internal error: lines: " + problem);
  result.lineBytes = writer.bytes() + scratch;
  llvm::raw_string_ostream stream(result.bitcode);
  llvm::WriteBitcodeToFile(module, stream);
  return result;
}
