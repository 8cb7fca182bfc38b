#pragma once

#include <memory>

namespace rocksdb {
class Env;
}

namespace samvev::store {

// The files of `base`, except that a table or log is overwritten with zeros and synced before it is
// deleted. `base` outlives it.
// Limitations: a file system that copies on write, a snapshot of it, or a disk that spreads its
// wear keeps the old blocks; the master key is what makes them useless.
[[nodiscard]] std::unique_ptr<rocksdb::Env> make_shredding_env(rocksdb::Env& base);

}  // namespace samvev::store
