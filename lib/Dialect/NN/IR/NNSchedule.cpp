// The text of a schedule.
#include "lacuna/Dialect/NN/IR/NN.h"

#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/Hashing.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace lacuna;
using namespace lacuna::nn;
using schedule::Placement;
using schedule::Schedule;
using schedule::StoredWeights;
using schedule::TileLoop;

llvm::hash_code schedule::hash_value(const Schedule &schedule) {
  llvm::hash_code hash(2 * schedule.loops.size() + schedule.joins);
  for (const TileLoop &loop : schedule.loops)
    hash = llvm::hash_combine(hash, unsigned(loop.kind), loop.index, loop.field,
                              loop.tile, loop.times, loop.delay);
  for (const auto &stage : schedule.placements)
    for (const Placement &placement : stage)
      hash = llvm::hash_combine(hash, placement.level, placement.slots,
                                placement.rolling, placement.resident,
                                placement.ring);
  if (schedule.weights)
    hash = llvm::hash_combine(
        hash, unsigned(schedule.weights->encoding), schedule.weights->unitRows,
        schedule.weights->nonzeros, schedule.weights->group);
  return hash;
}

/// `outer` number | `output` number `by` tile [`times` number `delay` number]
/// | `reduction` field `by` tile
static ParseResult parseLoop(AsmParser &parser, TileLoop &loop) {
  StringRef kind, field;
  if (parser.parseKeyword(&kind))
    return failure();
  if (kind == "reduction") {
    loop.kind = TileLoop::Reduction;
    if (parser.parseKeyword(&field))
      return failure();
    loop.field = field.str();
  } else if (kind == "outer" || kind == "output") {
    loop.kind = kind == "outer" ? TileLoop::Outer : TileLoop::Output;
    if (parser.parseInteger(loop.index))
      return failure();
  } else {
    return parser.emitError(parser.getNameLoc())
           << "expected 'outer', 'output' or 'reduction', not '" << kind << "'";
  }
  if (loop.kind == TileLoop::Outer)
    return success();
  if (parser.parseKeyword("by") || parser.parseInteger(loop.tile))
    return failure();
  if (loop.kind != TileLoop::Output ||
      failed(parser.parseOptionalKeyword("times")))
    return success();
  SMLoc place = parser.getCurrentLocation();
  if (parser.parseInteger(loop.times) || parser.parseKeyword("delay") ||
      parser.parseInteger(loop.delay))
    return failure();
  constexpr uint64_t most = uint64_t(1) << 31;
  if (loop.times == 0 || loop.times > most || loop.delay > most ||
      loop.tile > most)
    return parser.emitError(place)
           << "a shared loop has 1 to 2^31 iterations, and so much delay";
  return success();
}

/// `resident` [`ring` bytes] | `level` number `slots` number [`rolling` number]
static ParseResult parsePlacement(AsmParser &parser, Placement &placement) {
  if (succeeded(parser.parseOptionalKeyword("resident"))) {
    placement.resident = true;
    if (failed(parser.parseOptionalKeyword("ring")))
      return success();
    SMLoc place = parser.getCurrentLocation();
    if (parser.parseInteger(placement.ring))
      return failure();
    if (placement.ring == 0)
      return parser.emitError(place) << "a ring has at least one byte";
    return success();
  }
  if (parser.parseKeyword("level") || parser.parseInteger(placement.level) ||
      parser.parseKeyword("slots") || parser.parseInteger(placement.slots))
    return failure();
  if (succeeded(parser.parseOptionalKeyword("rolling")))
    return parser.parseInteger(placement.rolling);
  return success();
}

/// [`weights` encoding [nonzeros `of` group] `by` rows]
static ParseResult parseWeights(AsmParser &parser,
                                std::optional<StoredWeights> &weights) {
  if (failed(parser.parseOptionalKeyword("weights")))
    return success();
  StringRef word;
  SMLoc place = parser.getCurrentLocation();
  if (parser.parseKeyword(&word))
    return failure();
  std::optional<WeightEncoding> encoding = enumFromWord<WeightEncoding>(word);
  if (!encoding)
    return parser.emitError(place)
           << "'" << word << "' is no encoding: "
           << llvm::join(llvm::ArrayRef(EnumTraits<WeightEncoding>::words),
                         ", ");
  weights.emplace();
  weights->encoding = *encoding;
  if (*encoding == WeightEncoding::Nm &&
      (parser.parseInteger(weights->nonzeros) || parser.parseKeyword("of") ||
       parser.parseInteger(weights->group)))
    return failure();
  place = parser.getCurrentLocation();
  if (parser.parseKeyword("by") || parser.parseInteger(weights->unitRows))
    return failure();
  if (weights->unitRows == 0)
    return parser.emitError(place) << "a unit has at least one channel";
  return success();
}

template <class T, class Parse>
static ParseResult parseList(AsmParser &parser, std::vector<T> &list,
                             Parse parse) {
  return parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, [&] {
    return parse(parser, list.emplace_back());
  });
}

Attribute ScheduleAttr::parse(AsmParser &parser, Type) {
  Schedule schedule;
  auto parseStage = [](AsmParser &stageParser, std::vector<Placement> &stage) {
    return parseList(stageParser, stage, parsePlacement);
  };
  if (parser.parseLess())
    return {};
  schedule.joins = succeeded(parser.parseOptionalKeyword("joins"));
  if (parseList(parser, schedule.loops, parseLoop) ||
      parseList(parser, schedule.placements, parseStage) ||
      parseWeights(parser, schedule.weights) || parser.parseGreater())
    return {};
  return get(parser.getContext(), schedule);
}

void ScheduleAttr::print(AsmPrinter &printer) const {
  const Schedule &schedule = getValue();
  printer << '<' << (schedule.joins ? "joins " : "") << '[';
  llvm::interleaveComma(schedule.loops, printer, [&](const TileLoop &loop) {
    switch (loop.kind) {
    case TileLoop::Outer:
      printer << "outer " << loop.index;
      return;
    case TileLoop::Output:
      printer << "output " << loop.index;
      break;
    case TileLoop::Reduction:
      printer << "reduction " << loop.field;
      break;
    }
    printer << " by " << loop.tile;
    if (loop.isShared())
      printer << " times " << loop.times << " delay " << loop.delay;
  });
  printer << "] [";
  llvm::interleaveComma(schedule.placements, printer, [&](const auto &stage) {
    printer << '[';
    llvm::interleaveComma(stage, printer, [&](const Placement &placement) {
      if (placement.resident) {
        printer << "resident";
        if (placement.ring)
          printer << " ring " << placement.ring;
        return;
      }
      printer << "level " << placement.level << " slots " << placement.slots;
      if (placement.rolling >= 0)
        printer << " rolling " << placement.rolling;
    });
    printer << ']';
  });
  printer << "]";
  if (const auto &weights = schedule.weights) {
    printer << " weights " << wordOf(weights->encoding);
    if (weights->encoding == WeightEncoding::Nm)
      printer << ' ' << weights->nonzeros << " of " << weights->group;
    printer << " by " << weights->unitRows;
  }
  printer << ">";
}
