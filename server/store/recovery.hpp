#pragma once

#include <functional>
#include <variant>

#include "base/result.hpp"
#include "store/derived_store.hpp"
#include "store/record_store.hpp"
#include "store/rocks_database.hpp"
#include "store/tail.hpp"

namespace samvev::store {

struct RecoveryParts {
    const RocksDatabase& database;
    const RecordStore& records;
    const DerivedStore& derived;
    Tail& tail;
    // Called after each record that was read again; writes the indexes when enough has gathered.
    std::function<Result<std::monostate>()> relieve;
};

// Loads where every log ends, and reads again the records behind what the indexes hold. Takes time
// by the number of logs and by limits::recovery_bytes_max, not by the number of events.
// Fails with corrupt: a head, a record or the chain of digests does not fit.
[[nodiscard]] Result<std::monostate> recover(const RecoveryParts& parts);

}  // namespace samvev::store
