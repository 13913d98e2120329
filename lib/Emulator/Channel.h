// One channel, first come, first served: requests queue by the cycle in which
// their first byte could move.
#ifndef LACUNA_LIB_EMULATOR_CHANNEL_H
#define LACUNA_LIB_EMULATOR_CHANNEL_H

#include <cstdint>
#include <optional>
#include <queue>
#include <vector>

namespace lacuna {

class Channel {
public:
  struct Request {
    /// The first cycle in which its bytes may move.
    uint64_t ready;
    /// Requests of the same cycle are served in the order of this.
    uint64_t number;
    uint64_t cycles;
    /// Whoever asked; who it is and which of its requests.
    unsigned owner;
    uint64_t token;
    bool operator>(const Request &other) const {
      return ready != other.ready ? ready > other.ready : number > other.number;
    }
  };
  struct Served {
    Request request;
    uint64_t begin;
    uint64_t end;
  };

  void post(uint64_t ready, uint64_t cycles, unsigned owner, uint64_t token) {
    requests.push({ready, next++, cycles, owner, token});
  }
  /// When the next request is served, if there is one.
  std::optional<uint64_t> getNext() const {
    if (requests.empty())
      return std::nullopt;
    return requests.top().ready;
  }
  /// Serves the next request, which there is.
  Served serve() {
    Request request = requests.top();
    requests.pop();
    uint64_t begin = std::max(request.ready, free);
    free = begin + request.cycles;
    busy += request.cycles;
    return {request, begin, free};
  }
  uint64_t getBusyCycles() const { return busy; }

private:
  std::priority_queue<Request, std::vector<Request>, std::greater<Request>>
      requests;
  uint64_t next = 0;
  uint64_t free = 0;
  uint64_t busy = 0;
};

} // namespace lacuna

#endif // LACUNA_LIB_EMULATOR_CHANNEL_H
