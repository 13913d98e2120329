// Places of operations from the parser's own record of what it read.
#include "lacuna/Conversion/TosaToNN/LocatedParser.h"

#include "lacuna/Support/ModelText.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/AsmParser/AsmParserState.h"
#include "mlir/IR/Verifier.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;
using llvm::StringRef;

/// `location` with the place of the operation in its text.
static Location addPlace(Location location, FileLineColLoc place) {
  if (isa<UnknownLoc>(location))
    return place;
  if (auto named = dyn_cast<NameLoc>(location))
    return NameLoc::get(named.getName(), addPlace(named.getChildLoc(), place));
  return FusedLoc::get(place.getContext(), {location, place});
}

OwningOpRef<ModuleOp> lacuna::parseLocated(llvm::MemoryBufferRef text,
                                           MLIRContext &context,
                                           SourceLocation &unread) {
  StringRef name = text.getBufferIdentifier();
  auto buffer = llvm::MemoryBuffer::getMemBuffer(text);
  StringRef contents = buffer->getBuffer();
  llvm::SourceMgr sources;
  sources.AddNewSourceBuffer(std::move(buffer), llvm::SMLoc());

  Block block;
  AsmParserState state;
  ParserConfig config(&context, /*verifyAfterParse=*/false);
  bool failedToParse =
      failed(parseAsmSourceFile(sources, &block, config, &state));

  const char *end = contents.begin();
  for (const AsmParserState::OperationDefinition &read : state.getOpDefs()) {
    end = std::max(end, read.scopeLoc.End.getPointer());
    if (failedToParse)
      continue;
    Location location = read.op->getLoc();
    if (location->findInstanceOf<FileLineColLoc>())
      continue;
    SourceLocation place =
        SourceLocation::inText(name, contents, read.loc.Start.getPointer());
    read.op->setLoc(
        addPlace(location, FileLineColLoc::get(&context, name, place.line,
                                               place.column)));
  }
  StringRef rest(end, contents.end() - end);
  unread = SourceLocation::inText(name, contents, skipTrivia(rest).data());
  if (failedToParse)
    return {};
  OwningOpRef<ModuleOp> module;
  if (block.getOperations().size() == 1)
    module = dyn_cast<ModuleOp>(block.front());
  if (module) {
    (*module)->remove();
    return module;
  }
  auto place = FileLineColLoc::get(&context, name, 0, 0);
  module = ModuleOp::create(place);
  module->getBody()->getOperations().splice(module->getBody()->begin(),
                                            block.getOperations());
  return module;
}
