//===- Declared.h - Attributes that dialects declare ------------*- C++ -*-===//
//
// Passes tell each other things by attributes of modules, stages, arguments and
// some operations, named after a dialect: "nn.stage". Each is declared once, in
// this folder: its name, its type and where it may be. Everybody reads and
// writes it through the declaration, and the dialect's verifier refuses what is
// not declared.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_DIALECTS_ATTRIBUTES_DECLARED_H
#define DLC_DIALECTS_ATTRIBUTES_DECLARED_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

#include <optional>

namespace dlc::attributes {

/// Where an attribute may be: any of these, as bits.
enum Place : unsigned {
  OnModule = 1,
  OnFunction = 2,
  OnArgument = 4, // of a function
  OnResult = 8,   // of a function
  OnOperation = 16,
};

/// What every declaration has.
struct Declaration {
  llvm::StringLiteral name;
  unsigned places;
  /// The type, for messages: "a string".
  llvm::StringLiteral type;
  bool (*isOfType)(mlir::Attribute);
  /// Of OnOperation: the operations that may have it, and their name for
  /// messages: "a loop".
  bool (*isHolder)(mlir::Operation *) = nullptr;
  llvm::StringLiteral holder = "";
};

/// How a type of attributes is called.
template <typename AttrT> struct TypeName;
template <> struct TypeName<mlir::UnitAttr> {
  static constexpr llvm::StringLiteral text = "a unit";
};
template <> struct TypeName<mlir::BoolAttr> {
  static constexpr llvm::StringLiteral text = "true or false";
};
template <> struct TypeName<mlir::IntegerAttr> {
  static constexpr llvm::StringLiteral text = "an integer";
};
template <> struct TypeName<mlir::StringAttr> {
  static constexpr llvm::StringLiteral text = "a string";
};
template <> struct TypeName<mlir::ArrayAttr> {
  static constexpr llvm::StringLiteral text = "an array";
};
template <> struct TypeName<mlir::DictionaryAttr> {
  static constexpr llvm::StringLiteral text = "a dictionary";
};
template <> struct TypeName<mlir::DenseI64ArrayAttr> {
  static constexpr llvm::StringLiteral text = "array<i64: ...>";
};
template <> struct TypeName<mlir::ElementsAttr> {
  static constexpr llvm::StringLiteral text = "elements";
};

/// An attribute of one type. Absent ones are null, or nullopt.
template <typename AttrT> struct Declared : Declaration {
  constexpr Declared(llvm::StringLiteral name, unsigned places)
      : Declaration{name, places, TypeName<AttrT>::text, isType} {}
  constexpr Declared(llvm::StringLiteral name,
                     bool (*isHolder)(mlir::Operation *),
                     llvm::StringLiteral holder)
      : Declaration{name,   OnOperation, TypeName<AttrT>::text,
                    isType, isHolder,    holder} {}

  AttrT get(mlir::Operation *op) const {
    return op->getAttrOfType<AttrT>(name);
  }
  bool isOn(mlir::Operation *op) const { return op->hasAttr(name); }
  void set(mlir::Operation *op, AttrT value) const { op->setAttr(name, value); }
  AttrT remove(mlir::Operation *op) const {
    return llvm::dyn_cast_or_null<AttrT>(op->removeAttr(name));
  }

  AttrT getAt(mlir::FunctionOpInterface function, unsigned argument) const {
    return function.getArgAttrOfType<AttrT>(argument, name);
  }
  bool isAt(mlir::FunctionOpInterface function, unsigned argument) const {
    return static_cast<bool>(function.getArgAttr(argument, name));
  }
  void setAt(mlir::FunctionOpInterface function, unsigned argument,
             AttrT value) const {
    function.setArgAttr(argument, name, value);
  }
  void removeAt(mlir::FunctionOpInterface function, unsigned argument) const {
    function.removeArgAttr(argument, name);
  }

  AttrT getOfResult(mlir::FunctionOpInterface function, unsigned result) const {
    return function.getResultAttrOfType<AttrT>(result, name);
  }
  bool isOfResult(mlir::FunctionOpInterface function, unsigned result) const {
    return static_cast<bool>(function.getResultAttr(result, name));
  }
  void setOfResult(mlir::FunctionOpInterface function, unsigned result,
                   AttrT value) const {
    function.setResultAttr(result, name, value);
  }

  /// An entry of a dictionary of arguments, or of a new operation.
  mlir::NamedAttribute named(AttrT value) const {
    return {mlir::StringAttr::get(value.getContext(), name), value};
  }

private:
  static bool isType(mlir::Attribute value) { return llvm::isa<AttrT>(value); }
};

/// There or not.
struct DeclaredMark : Declared<mlir::UnitAttr> {
  using Declared::Declared;
  void put(mlir::Operation *op) const {
    set(op, mlir::UnitAttr::get(op->getContext()));
  }
  void putAt(mlir::FunctionOpInterface function, unsigned argument) const {
    setAt(function, argument, mlir::UnitAttr::get(function.getContext()));
  }
  void putOnResult(mlir::FunctionOpInterface function, unsigned result) const {
    setOfResult(function, result, mlir::UnitAttr::get(function.getContext()));
  }
};

/// A number, as i64.
struct DeclaredNumber : Declared<mlir::IntegerAttr> {
  using Declared::Declared;
  std::optional<int64_t> value(mlir::Operation *op) const {
    mlir::IntegerAttr attribute = get(op);
    return attribute ? std::optional(attribute.getInt()) : std::nullopt;
  }
  void put(mlir::Operation *op, int64_t number) const {
    set(op, mlir::Builder(op->getContext()).getI64IntegerAttr(number));
  }
};

/// A text.
struct DeclaredText : Declared<mlir::StringAttr> {
  using Declared::Declared;
  void put(mlir::Operation *op, llvm::StringRef text) const {
    set(op, mlir::StringAttr::get(op->getContext(), text));
  }
  void putAt(mlir::FunctionOpInterface function, unsigned argument,
             llvm::StringRef text) const {
    setAt(function, argument,
          mlir::StringAttr::get(function.getContext(), text));
  }
  void putOnResult(mlir::FunctionOpInterface function, unsigned result,
                   llvm::StringRef text) const {
    setOfResult(function, result,
                mlir::StringAttr::get(function.getContext(), text));
  }
};

/// What a dialect declares.
using Declarations = llvm::ArrayRef<const Declaration *>;

/// Whether an attribute of an operation (a module, a function or another) is
/// declared for it and of the declared type; else an error of the operation.
llvm::LogicalResult verifyOperation(Declarations declared, mlir::Operation *op,
                                    mlir::NamedAttribute attribute);
/// The same for an attribute of a function's argument or result.
llvm::LogicalResult verifyArgument(Declarations declared, mlir::Operation *op,
                                   unsigned argument,
                                   mlir::NamedAttribute attribute);
llvm::LogicalResult verifyResult(Declarations declared, mlir::Operation *op,
                                 unsigned result,
                                 mlir::NamedAttribute attribute);

} // namespace dlc::attributes

#endif // DLC_DIALECTS_ATTRIBUTES_DECLARED_H
