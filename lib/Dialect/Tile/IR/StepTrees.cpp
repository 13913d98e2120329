// Step trees as operations, and back.
#include "lacuna/Dialect/Tile/IR/Tile.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace lacuna;
using namespace lacuna::tile;
using schedule::Binding;
using schedule::Node;
using schedule::Step;
using schedule::StepTree;

//===----------------------------------------------------------------------===//
// Trees to operations
//===----------------------------------------------------------------------===//

static BufferOp createBuffer(OpBuilder &builder, Location location,
                             const schedule::Buffer &buffer) {
  auto type = MemRefType::get(buffer.bytes, builder.getI8Type(),
                              MemRefLayoutAttrInterface(),
                              builder.getStringAttr(toString(buffer.memory)));
  SmallVector<StringRef> consumers;
  for (Engine engine : buffer.consumers)
    consumers.push_back(wordOf(engine));
  return BufferOp::create(builder, location, type, buffer.name, buffer.address,
                          buffer.level, buffer.slots, buffer.scope,
                          wordOf(buffer.producer),
                          builder.getStrArrayAttr(consumers));
}

static void createNodes(OpBuilder &builder, Location location,
                        const std::vector<Node> &nodes, ArrayRef<Value> buffers,
                        ArrayRef<TensorOp> tensors) {
  for (const Node &node : nodes) {
    OpBuilder::InsertionGuard guard(builder);
    if (node.isLoop()) {
      Loop loop;
      loop.count = node.count;
      Operation *op = isa::createOp(builder, location, loop);
      builder.setInsertionPointToEnd(&op->getRegion(0).front());
      createNodes(builder, location, node.body, buffers, tensors);
      continue;
    }
    const Step &step = node.step;
    if (step.layer == Step::kGroup) {
      isa::createOp(builder, location, step.instruction);
      continue;
    }
    SmallVector<Value> used;
    SmallVector<StringRef> fields;
    for (const auto &[field, buffer] : step.buffers) {
      used.push_back(buffers[buffer]);
      fields.push_back(field);
    }
    FlatSymbolRefAttr tensor;
    if (step.tensor != Binding::kIntermediate)
      tensor = FlatSymbolRefAttr::get(
          builder.getContext(), TensorOp(tensors[step.tensor]).getSymName());
    auto op = StepOp::create(builder, location, tensor, used,
                             builder.getStrArrayAttr(fields), step.layer);
    builder.setInsertionPointToEnd(&op.getBody().emplaceBlock());
    isa::createOp(builder, location, step.instruction);
  }
}

GroupOp lacuna::tile::createGroup(OpBuilder &builder, Location location,
                                  StringRef name, const StepTree &steps,
                                  ArrayRef<TensorOp> tensors) {
  OpBuilder::InsertionGuard guard(builder);
  auto group = GroupOp::create(builder, location, name, steps.layer);
  builder.setInsertionPointToEnd(&group.getBody().emplaceBlock());
  SmallVector<Value> buffers;
  for (const schedule::Buffer &buffer : steps.buffers)
    buffers.push_back(createBuffer(builder, location, buffer));
  createNodes(builder, location, steps.body, buffers, tensors);
  return group;
}

//===----------------------------------------------------------------------===//
// Operations to trees
//===----------------------------------------------------------------------===//

static schedule::Buffer readBuffer(BufferOp op) {
  auto type = cast<MemRefType>(op.getBuffer().getType());
  schedule::Buffer buffer;
  buffer.name = op.getName().str();
  buffer.memory = cast<StringAttr>(type.getMemorySpace()) == "scratchpad"
                      ? MemoryKind::Scratchpad
                      : MemoryKind::Accumulators;
  buffer.bytes = type.getDimSize(0);
  buffer.address = op.getAt();
  buffer.producer = *enumFromWord<Engine>(op.getProducer());
  for (Attribute consumer : op.getConsumers())
    buffer.consumers.push_back(
        *enumFromWord<Engine>(cast<StringAttr>(consumer).getValue()));
  buffer.level = op.getLevel();
  buffer.slots = op.getSlots();
  buffer.scope = op.getScope();
  return buffer;
}

namespace {
class TreeReader {
public:
  explicit TreeReader(GroupOp group) {
    unsigned next = 0;
    auto program = group->getParentOfType<ProgramOp>();
    for (auto tensor : program.getBody().getOps<TensorOp>())
      tensors[tensor.getSymNameAttr()] = next++;
    tree.layer = group.getLayer();
    for (auto buffer : group.getBody().getOps<BufferOp>()) {
      buffers[buffer.getBuffer()] = tree.buffers.size();
      tree.buffers.push_back(readBuffer(buffer));
    }
    tree.body = readNodes(group.getBody().front());
  }

  StepTree tree;

private:
  llvm::DenseMap<Attribute, unsigned> tensors;
  llvm::DenseMap<Value, unsigned> buffers;

  std::vector<Node> readNodes(Block &block) {
    std::vector<Node> nodes;
    for (Operation &op : block) {
      if (::mlir::isa<BufferOp>(op))
        continue;
      Node node;
      if (auto loop = dyn_cast<isa::LoopOp>(op)) {
        node.count = loop.getInstruction().count;
        node.body = readNodes(loop.getBody().front());
      } else if (auto step = dyn_cast<StepOp>(op)) {
        node.step = readStep(step);
      } else {
        node.step.instruction = isa::toInstruction(&op);
      }
      nodes.push_back(std::move(node));
    }
    return nodes;
  }

  Step readStep(StepOp op) {
    Step step;
    step.instruction = isa::toInstruction(&op.getBody().front().front());
    step.layer = op.getLayer();
    for (auto [buffer, field] :
         llvm::zip_equal(op.getBuffers(), op.getFields()))
      step.buffers.emplace_back(cast<StringAttr>(field).str(),
                                buffers.lookup(buffer));
    if (op.getTensorAttr())
      step.tensor = tensors.lookup(op.getTensorAttr().getAttr());
    return step;
  }
};
} // namespace

StepTree lacuna::tile::toSteps(GroupOp group) {
  return std::move(TreeReader(group).tree);
}
