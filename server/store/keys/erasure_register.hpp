#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "store/keys/context.hpp"
#include "store/keys/key_database.hpp"
#include "store/keys/sealing_key.hpp"

namespace samvev::store {

// The decision that a stream is forgotten. Nothing in it says whom it was about.
struct Erasure {
    KeyOwner owner;
    std::vector<KeyId> keys;  // every data key of the stream
    std::string basis;        // by which right: 1 to limits::basis_bytes_max of [A-Za-z0-9._:-]
    base::Timestamp at;
    friend bool operator==(const Erasure&, const Erasure&) = default;
};

// Fails with invalid_argument unless it has the form above: no free text, in which a name could be.
[[nodiscard]] Result<std::monostate> check_basis(std::string_view basis);

// What has been erased, in the order of the decisions, in a file that is only appended to and
// lies outside the key store: a key store restored from a backup would bring keys back, and is
// purged of them by this. The file can be copied away and read by people; copies extend each
// other.
//
// One line an erasure. Stored: never change.
//   line  = u64 number in decimal, time (RFC 3339), tenant "/" LogKind in decimal, stream, basis,
//           key ids with commas between or "-", chain; one space between, line feed
//   chain = SHA-256 in hexadecimal of the chain before it (64 zeros at first), a space, and the
//           line up to the space before its chain
//
// Concurrency: none; KeyStore serialises.
// Limitations: a shorter file with the same beginning is an older copy and cannot be told from the
// whole one here; KeyStore remembers how much it has applied.
class ErasureRegister {
public:
    // Opens or creates it, mode 0600. A last line without its end was never acknowledged, and is
    // cut off. Fails with corrupt (names the line) and unavailable.
    // For reading only nothing is created or cut off, and no file reads as an empty one.
    [[nodiscard]] static Result<std::unique_ptr<ErasureRegister>> open(
        std::string path, KeyFilesMode mode = KeyFilesMode::write
    );
    ErasureRegister(const ErasureRegister&) = delete;
    ErasureRegister& operator=(const ErasureRegister&) = delete;
    ~ErasureRegister();

    [[nodiscard]] const std::vector<Erasure>& entries() const noexcept { return entries_; }
    // The chain after the first `count` entries.
    [[nodiscard]] const std::string& chain_at(std::size_t count) const;
    // Durable when it returns. After a failed write nothing is taken any more: unavailable.
    [[nodiscard]] Result<std::monostate> append(const Erasure& erasure);
    // Takes over what another copy has more. Fails with corrupt when it is no continuation.
    [[nodiscard]] Result<std::monostate> extend_from(std::string_view other);
    [[nodiscard]] const std::string& text() const noexcept { return text_; }

private:
    ErasureRegister(std::string path, int descriptor);
    [[nodiscard]] Result<std::monostate> write(std::string_view lines);
    [[nodiscard]] Result<std::monostate> cut_off(std::size_t from);

    std::string path_;
    int descriptor_;  // negative: there is no file, and it is open for reading
    std::string text_;
    std::vector<Erasure> entries_;
    std::vector<std::string> chains_;  // one more than entries
    bool failed_ = false;
};

}  // namespace samvev::store
