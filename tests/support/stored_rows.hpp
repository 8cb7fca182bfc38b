#pragma once

#include <optional>
#include <string>

namespace samvev::test {

// The rows of a closed event log, without the store around them. `family` is "default", "records",
// "derived" or "snapshots".

[[nodiscard]] std::optional<std::string> stored_row(
    const std::string& directory, const std::string& family, const std::string& key
);
void put_stored_row(
    const std::string& directory, const std::string& family, const std::string& key,
    const std::string& value
);
void delete_stored_row(
    const std::string& directory, const std::string& family, const std::string& key
);

// The derived indexes, all rows as text.
[[nodiscard]] std::string derived_rows(const std::string& directory);
// Makes the next opening build its indexes from the records alone.
void forget_derived_rows(const std::string& directory);

}  // namespace samvev::test
