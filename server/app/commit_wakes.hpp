#pragma once

#include <functional>
#include <mutex>

#include "store/event_log.hpp"

namespace samvev::app {

// Passes the log's wake on to those who pull from it, until disconnected: the log calls for as
// long as it lives, its readers are destroyed before it.
class CommitWakes {
public:
    // Outlived by this. `wake` is called by the committer: it must be quick. Once.
    void connect(store::EventLog& log, std::function<void()> wake);
    // No wake runs after this has returned.
    void disconnect();

private:
    std::mutex mutex_;  // Guards wake_.
    std::function<void()> wake_;
};

}  // namespace samvev::app
