//===- Signatures.cpp - Operators of domains that are not ONNX's ----------===//

#include "compiler/import/model/Signatures.h"
#include "onnx/defs/schema.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/StringSwitch.h"

namespace dlc::import {

namespace {
using onnx::AttributeProto;
using onnx::OpSchema;

/// The parts between blanks, each cut at its first `mark`.
llvm::SmallVector<std::pair<llvm::StringRef, llvm::StringRef>>
pairs(llvm::StringRef text, char mark) {
  llvm::SmallVector<llvm::StringRef> words;
  text.split(words, ' ', -1, /*KeepEmpty=*/false);
  llvm::SmallVector<std::pair<llvm::StringRef, llvm::StringRef>> result;
  for (llvm::StringRef word : words)
    result.push_back(word.split(mark));
  return result;
}

AttributeProto::AttributeType attributeType(llvm::StringRef kind) {
  return llvm::StringSwitch<AttributeProto::AttributeType>(kind)
      .Case("int", AttributeProto::INT)
      .Case("ints", AttributeProto::INTS)
      .Case("float", AttributeProto::FLOAT)
      .Case("floats", AttributeProto::FLOATS)
      .Case("string", AttributeProto::STRING);
}

OpSchema schemaOf(const Signature &signature, const char *domain, int version) {
  llvm::StringRef op = signature.op;
  if (op.consume_front(":"))
    domain = onnx::ONNX_DOMAIN;
  OpSchema schema(op.str(), domain, 0);
  schema.SetDomain(domain).SinceVersion(version);
  int index = 0;
  for (auto [name, type] : pairs(signature.inputs, ':')) {
    bool optional = type.consume_back("?"), variadic = type.consume_back("*");
    schema.Input(index++, name.str(), "", type.str(),
                 optional   ? OpSchema::Optional
                 : variadic ? OpSchema::Variadic
                            : OpSchema::Single,
                 /*is_homogeneous=*/!variadic);
  }
  index = 0;
  for (auto [name, type] : pairs(signature.outputs, ':')) {
    bool optional = type.consume_back("?");
    schema.Output(index++, name.str(), "", type.str(),
                  optional ? OpSchema::Optional : OpSchema::Single);
  }
  for (auto [variable, types] : pairs(signature.types, '=')) {
    std::vector<std::string> tensors;
    for (llvm::StringRef type : llvm::split(types, ','))
      tensors.push_back("tensor(" + type.str() + ")");
    schema.TypeConstraint(variable.str(), tensors, "");
  }
  for (auto [name, kind] : pairs(signature.attributes, ':')) {
    bool required = kind.consume_back("!");
    schema.Attr(name.str(), "", attributeType(kind), required);
  }
  return schema;
}

} // namespace

void registerSchemas(const char *domain, int version,
                     llvm::ArrayRef<Signature> signatures) {
  auto &versions = onnx::OpSchemaRegistry::DomainToVersionRange::Instance();
  if (versions.Map().count(domain) == 0)
    versions.AddDomainToVersion(domain, 1, version);
  else
    versions.UpdateDomainToVersion(domain, 1, version);
  for (const Signature &signature : signatures)
    onnx::RegisterSchema(schemaOf(signature, domain, version),
                         /*opset_version_to_load=*/0,
                         /*fail_duplicate_schema=*/true,
                         /*fail_with_exception=*/true);
}

} // namespace dlc::import
