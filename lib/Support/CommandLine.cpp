// LLVM's command-line parser writes some mistakes to a stream that one may give
// it and others (values that don't parse) straight to standard error. Both are
// caught here and told in one form.
#include "lacuna/Support/CommandLine.h"
#include "lacuna/Support/Diagnostics.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Path.h"

#include <array>
#include <cstdio>
#include <unistd.h>

using namespace lacuna;
using llvm::StringRef;

/// Runs `parse` and returns what it wrote to standard error, up to a limit. A
/// temporary file, unlike a pipe, never fills up.
static std::string captureErrors(llvm::function_ref<void()> parse) {
  std::FILE *file = std::tmpfile();
  if (!file) {
    parse();
    return "";
  }
  auto close = llvm::scope_exit([&] { std::fclose(file); });
  llvm::errs().flush();
  int saved = dup(STDERR_FILENO);
  dup2(fileno(file), STDERR_FILENO);
  parse();
  llvm::errs().flush();
  dup2(saved, STDERR_FILENO);
  ::close(saved);

  std::array<char, 4096> text;
  if (std::fseek(file, 0, SEEK_SET) != 0)
    return "";
  return std::string(text.data(),
                     std::fread(text.data(), 1, text.size(), file));
}

/// Says "--machine: is needed" for "for the --machine option: must be specified
/// at least once!".
static std::string rephrase(StringRef line) {
  line = line.split("  Try:").first;
  StringRef option;
  if (line.consume_front("for the "))
    std::tie(option, line) = line.split(" option: ");
  line = line.rtrim("!. ");
  std::string what = line.str();
  if (line.starts_with("must be specified"))
    what = "is needed";
  else if (line.starts_with("requires a value"))
    what = "needs a value";
  else if (line.contains("value invalid for u"))
    what = (line.split(" value invalid").first + " is no whole number").str();
  else if (line.contains("may only occur zero or one times"))
    what = "is given twice";
  else if (line.consume_front("Cannot find option named "))
    what = (line + " is none of its values").str();
  else if (line.starts_with("Not enough positional"))
    what = "a file is missing";
  else if (line.starts_with("Too many positional"))
    what = "there are more arguments than this takes";
  else if (line.starts_with("Unknown command line argument "))
    what = ("there is no option " + line.split("argument ").second).str();
  if (option.empty())
    return what;
  return (option + (what.front() == '\'' ? ": " : " ") + what).str();
}

llvm::Error lacuna::parseCommandLine(int argc, char **argv, StringRef overview,
                                     const llvm::Twine &advice) {
  std::string complaints;
  llvm::raw_string_ostream os(complaints);
  bool good = false;
  std::string direct = captureErrors([&] {
    good = llvm::cl::ParseCommandLineOptions(argc, argv, overview, &os);
  });
  if (good)
    return llvm::Error::success();

  llvm::SmallVector<std::string> messages;
  llvm::SmallVector<StringRef> lines;
  std::string all = direct + complaints;
  StringRef(all).split(lines, '\n', -1, /*KeepEmpty=*/false);
  std::string hint = advice.str();
  for (StringRef line : lines) {
    line.consume_front(llvm::sys::path::filename(argv[0]));
    line.consume_front(": ");
    if (line.starts_with("Did you mean")) {
      // LLVM suggests something however far it is.
      StringRef meant = line.split('\'').second.split('\'').first;
      StringRef given = messages.empty() ? StringRef() : messages.back();
      given = given.split('\'').second.split('\'').first;
      if (given.edit_distance(meant) <= 2)
        hint = ("did you mean '" + meant + "'? " + hint).str();
    } else if (!line.starts_with("Must specify") &&
               !line.starts_with("Can specify") && !line.trim().empty() &&
               !line.starts_with("See: "))
      messages.push_back(rephrase(line));
  }
  // What else is wrong then follows from it: its value counts as a file.
  auto isUnknown = [](StringRef message) {
    return message.starts_with("there is no option");
  };
  if (llvm::any_of(messages, isUnknown))
    llvm::erase_if(messages,
                   [&](StringRef message) { return !isUnknown(message); });
  if (messages.empty())
    messages.push_back("the command line is not understood");
  llvm::Error errors = llvm::Error::success();
  for (const std::string &message : llvm::drop_end(messages))
    errors = llvm::joinErrors(std::move(errors), makeError(message));
  return llvm::joinErrors(std::move(errors), makeError(messages.back(), hint));
}
