#include "llvm/Support/InitLLVM.h"
#include "llvm/TableGen/Main.h"
#include "llvm/TableGen/Record.h"
#include "llvm/Support/CommandLine.h"
using namespace llvm;
int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  cl::ParseCommandLineOptions(argc, argv);
  return TableGenMain(argv[0], std::function<bool(raw_ostream&, const RecordKeeper&)>([](raw_ostream &, const RecordKeeper &) { return false; }));
}
