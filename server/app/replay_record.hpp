#pragma once

#include <string>
#include <variant>

#include "app/data_directory.hpp"
#include "app/sealing.hpp"
#include "base/result.hpp"
#include "store/ids.hpp"

namespace samvev::app {

// Who reads a history with its disk and its keys in hand.
struct ReplayRecord {
    DataPaths data;
    KeyPlaces keys;
    store::LogId log;
    std::string stream;  // or empty: the whole log
};
// Puts it into the tenant's access log, as read by system/replay: durable when it returns. Fails
// with unavailable beside a running server, whose log takes records from nobody else, and as
// opening the log and the keys for writing does.
[[nodiscard]] Result<std::monostate> record_replay(const ReplayRecord& replay);

}  // namespace samvev::app
