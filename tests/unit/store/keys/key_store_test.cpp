#include <catch2/catch.hpp>

#include <algorithm>
#include <set>
#include <string>

#include "base/executor.hpp"
#include "support/file_text.hpp"
#include "support/keys_under_test.hpp"

using namespace samvev;
using namespace samvev::test;
using store::KeyId;
using store::KeyState;
using store::SealingKeyPtr;

namespace {

KeyId id_to_seal(store::KeyStore& keys, std::uint64_t stream) {
    const Result<SealingKeyPtr> key = keys.key_to_seal(owner_of(stream));
    REQUIRE(key.has_value());
    return (*key)->id();
}

KeyState state_of(store::KeyStore& keys, std::uint64_t stream) {
    return keys.stream_keys(owner_of(stream)).value().state;
}

}  // namespace

TEST_CASE("Each stream seals with a key of its own, and keeps it", "[store][keys][keystore]") {
    KeysUnderTest f;
    const KeyId first = id_to_seal(f.keys(), 1);
    const KeyId second = id_to_seal(f.keys(), 2);
    CHECK(first != second);
    CHECK(id_to_seal(f.keys(), 1) == first);
    const auto commitment = f.keys().key_to_seal(owner_of(1)).value()->commitment();
    f.reopen();
    CHECK(id_to_seal(f.keys(), 1) == first);
    CHECK(f.keys().key_to_open(owner_of(1), first).value()->commitment() == commitment);
    // The same id in another log is another stream.
    const store::KeyOwner elsewhere{domain_log(1), case_stream(1)};
    CHECK(f.keys().key_to_seal(elsewhere).value()->id() != first);
    CHECK(f.keys().key_to_open(owner_of(2), first).error().code == ErrorCode::corrupt);
    CHECK(
        f.keys().key_to_open(owner_of(1), KeyId("AAAAAAAAAAAAAAAAAAAAAA")).error().code ==
        ErrorCode::unavailable
    );
}

TEST_CASE("A pool that is used up is followed by another", "[store][keys][keystore]") {
    KeysUnderTest f;
    std::set<KeyId> ids;
    for (std::uint64_t stream = 0; stream < 3 * f.options.pool; ++stream) {
        ids.insert(id_to_seal(f.keys(), stream));
    }
    CHECK(ids.size() == 3 * f.options.pool);
}

TEST_CASE(
    "A key whose assignment the machine lost is given back by the envelope that names it",
    "[store][keys][keystore]"
) {
    // The pool is synced, giving away its keys is not: a copy from before stands for the loss.
    KeysUnderTest f;
    const TemporaryDirectory backup;
    f.copy_keys_to(backup.path() + "/keys");
    const KeyId lost = id_to_seal(f.keys(), 1);
    const auto commitment = f.keys().key_to_seal(owner_of(1)).value()->commitment();
    f.restore_keys_from(backup.path() + "/keys");
    f.reopen();
    // Nobody else gets it, whoever comes first.
    for (std::uint64_t stream = 1; stream < 3 * f.options.pool; ++stream) {
        CHECK(id_to_seal(f.keys(), stream) != lost);
    }
    const KeyId now = id_to_seal(f.keys(), 1);
    CHECK(f.keys().key_to_open(owner_of(1), lost).value()->commitment() == commitment);
    CHECK(f.keys().key_to_open(owner_of(2), lost).error().code == ErrorCode::corrupt);
    CHECK(id_to_seal(f.keys(), 1) == now);
    CHECK(f.keys().stream_keys(owner_of(1)).value().keys == std::vector<KeyId>{lost, now});
    f.reopen();
    CHECK(id_to_seal(f.keys(), 1) == now);
    CHECK(f.keys().key_to_open(owner_of(1), lost).value()->commitment() == commitment);
}

TEST_CASE("A new data key serves new texts only", "[store][keys][keystore]") {
    KeysUnderTest f;
    const KeyId before = id_to_seal(f.keys(), 1);
    REQUIRE(f.keys().renew(owner_of(1)).has_value());
    CHECK(id_to_seal(f.keys(), 1) != before);
    CHECK(f.keys().key_to_open(owner_of(1), before).value()->id() == before);
}

TEST_CASE(
    "Erasing destroys every key of the stream, and no other", "[store][keys][keystore][erasure]"
) {
    KeysUnderTest f;
    const KeyId first = id_to_seal(f.keys(), 1);
    REQUIRE(f.keys().renew(owner_of(1)).has_value());
    const KeyId second = id_to_seal(f.keys(), 1);
    const KeyId other = id_to_seal(f.keys(), 2);
    f.close();
    const std::string wrapped_first = wrapped_key(f.options.directory, first);
    const std::string wrapped_second = wrapped_key(f.options.directory, second);
    CHECK_FALSE(files_with(f.directory(), wrapped_first).empty());
    f.reopen();

    const SealingKeyPtr in_use = f.keys().key_to_seal(owner_of(1)).value();
    REQUIRE(f.keys().erase(erasure_of(1)).has_value());
    // Pitfall 1: at once, while the store is open, and after it is closed.
    CHECK(files_with(f.directory(), wrapped_first).empty());
    CHECK(files_with(f.directory(), wrapped_second).empty());
    for (int round = 0; round < 2; ++round) {
        CHECK(f.keys().is_closed(owner_of(1)));
        CHECK(state_of(f.keys(), 1) == KeyState::destroyed);
        CHECK(f.keys().key_to_seal(owner_of(1)).error().code == ErrorCode::gone);
        CHECK(f.keys().key_to_open(owner_of(1), first).value() == nullptr);
        CHECK(f.keys().key_to_open(owner_of(1), second).value() == nullptr);
        CHECK(f.keys().renew(owner_of(1)).error().code == ErrorCode::gone);
        CHECK_FALSE(f.keys().is_closed(owner_of(2)));
        CHECK(f.keys().key_to_open(owner_of(2), other).value()->id() == other);
        f.reopen();
    }
    CHECK(files_with(f.directory(), wrapped_first).empty());
    REQUIRE(f.keys().erase(erasure_of(1)).has_value());
    const std::string text = f.keys().register_text();
    CHECK(std::count(text.begin(), text.end(), '\n') == 1);
    CHECK(text.find(" GDPR.17 " + first.value() + "," + second.value() + " ") != std::string::npos);
}

TEST_CASE("A stream without keys can be erased before it begins", "[store][keys][erasure]") {
    KeysUnderTest f;
    REQUIRE(f.keys().erase(erasure_of(1)).has_value());
    CHECK(f.keys().key_to_seal(owner_of(1)).error().code == ErrorCode::gone);
}

TEST_CASE("An erasure does not take another stream's key", "[store][keys][erasure]") {
    KeysUnderTest f;
    const KeyId other = id_to_seal(f.keys(), 2);
    store::Erasure erasure = erasure_of(1);
    erasure.keys = {other};
    CHECK(f.keys().erase(erasure).error().code == ErrorCode::corrupt);
    CHECK_FALSE(f.keys().is_closed(owner_of(1)));
    CHECK(f.keys().key_to_open(owner_of(2), other).value() != nullptr);
}

TEST_CASE("What is held is not destroyed until it is released", "[store][keys][erasure]") {
    // Pitfall 10.
    KeysUnderTest f;
    const KeyId key = id_to_seal(f.keys(), 1);
    REQUIRE(f.keys().hold(owner_of(1), "arkivlova.9", {}).has_value());
    for (int round = 0; round < 2; ++round) {
        const auto refused = f.keys().erase(erasure_of(1));
        REQUIRE_FALSE(refused.has_value());
        CHECK(refused.error().code == ErrorCode::rejected);
        CHECK(refused.error().message.find("arkivlova.9") != std::string::npos);
        CHECK(id_to_seal(f.keys(), 1) == key);
        CHECK(f.keys().register_text().empty());
        f.reopen();
    }
    REQUIRE(f.keys().release(owner_of(1)).has_value());
    REQUIRE(f.keys().erase(erasure_of(1)).has_value());
    CHECK(f.keys().hold(owner_of(1), "arkivlova.9", {}).error().code == ErrorCode::gone);
    CHECK(f.keys().release(owner_of(1)).error().code == ErrorCode::gone);
}

TEST_CASE("A basis is no place for a name", "[store][keys][erasure]") {
    KeysUnderTest f;
    for (const char* const basis : {"", "Ola Nordmann", "æ", "a\nb"}) {
        store::Erasure erasure = erasure_of(1);
        erasure.basis = basis;
        CHECK(f.keys().erase(erasure).error().code == ErrorCode::invalid_argument);
        CHECK(f.keys().hold(owner_of(1), basis, {}).error().code == ErrorCode::invalid_argument);
    }
    CHECK_FALSE(f.keys().is_closed(owner_of(1)));
}

TEST_CASE("A restored key store forgets again what was erased", "[store][keys][erasure]") {
    // Pitfall 2.
    KeysUnderTest f;
    const KeyId key = id_to_seal(f.keys(), 1);
    const KeyId other = id_to_seal(f.keys(), 2);
    f.close();
    const TemporaryDirectory backup;
    f.copy_keys_to(backup.path() + "/keys");
    f.reopen();
    REQUIRE(f.keys().erase(erasure_of(1)).has_value());
    f.restore_keys_from(backup.path() + "/keys");
    const std::string wrapped = wrapped_key(f.options.directory, key);
    f.reopen();
    CHECK(f.keys().key_to_open(owner_of(1), key).value() == nullptr);
    CHECK(f.keys().key_to_seal(owner_of(1)).error().code == ErrorCode::gone);
    CHECK(f.keys().key_to_open(owner_of(2), other).value() != nullptr);
    CHECK(files_with(f.directory(), wrapped).empty());
    CHECK(f.keys().erase(erasure_of(1)).has_value());
}

TEST_CASE(
    "A key store does not open beside a register that has lost erasures", "[store][keys][erasure]"
) {
    KeysUnderTest f;
    REQUIRE(f.keys().erase(erasure_of(1)).has_value());
    const std::string one = f.keys().register_text();
    REQUIRE(f.keys().erase(erasure_of(2)).has_value());
    const std::string both = f.keys().register_text();
    f.close();
    write_file(f.options.register_path, one);
    CHECK(f.open().error().code == ErrorCode::corrupt);
    write_file(f.options.register_path, "");
    CHECK(f.open().error().code == ErrorCode::corrupt);
    write_file(f.options.register_path, both);
    CHECK(f.open().has_value());
}

TEST_CASE("What a copy of the register knows more is erased here too", "[store][keys][erasure]") {
    // All of the data directory was restored, the register with it; its mirror was elsewhere.
    KeysUnderTest f;
    const KeyId first = id_to_seal(f.keys(), 1);
    const KeyId second = id_to_seal(f.keys(), 2);
    REQUIRE(f.keys().erase(erasure_of(1)).has_value());
    const std::string old = f.keys().register_text();
    f.close();
    const TemporaryDirectory backup;
    f.copy_keys_to(backup.path() + "/keys");
    f.reopen();
    REQUIRE(f.keys().erase(erasure_of(2)).has_value());
    const std::string mirror = f.keys().register_text();
    f.restore_keys_from(backup.path() + "/keys");
    write_file(f.options.register_path, old);
    f.reopen();
    CHECK(f.keys().key_to_open(owner_of(2), second).value() != nullptr);
    REQUIRE(f.keys().extend_register(mirror).has_value());
    CHECK(f.keys().key_to_open(owner_of(2), second).value() == nullptr);
    CHECK(f.keys().key_to_open(owner_of(1), first).value() == nullptr);
    CHECK(f.keys().register_text() == mirror);
    REQUIRE(f.keys().extend_register(old).has_value());
    CHECK(f.keys().register_text() == mirror);
    std::string other = mirror;
    other[other.size() - 2] = other[other.size() - 2] == '0' ? '1' : '0';
    CHECK(f.keys().extend_register(other).error().code == ErrorCode::corrupt);
}

TEST_CASE("Rotating the master key wraps every key anew", "[store][keys][rotation]") {
    // Pitfall 11: it is known which keys still need the old one.
    KeysUnderTest f;
    const KeyId key = id_to_seal(f.keys(), 1);
    for (std::uint64_t stream = 2; stream <= 5; ++stream) {
        id_to_seal(f.keys(), stream);
    }
    const auto commitment = f.keys().key_to_seal(owner_of(1)).value()->commitment();
    f.close();
    const std::string wrapped = wrapped_key(f.options.directory, key);
    const auto next = master_of(2);
    f.options.masters = {next.get()};
    const auto without = f.open();
    REQUIRE_FALSE(without.has_value());
    CHECK(without.error().code == ErrorCode::unavailable);
    CHECK(without.error().message.find(f.master->id().value()) != std::string::npos);

    f.options.masters = {next.get(), f.master.get()};
    f.reopen();
    const KeyId fresh = id_to_seal(f.keys(), 9);
    CHECK(f.keys().keys_per_master().value()[f.master->id()] == 5);
    std::size_t count = 0;
    for (std::size_t step = 1; step != 0; count += step) {
        step = f.keys().rewrap(3).value();
    }
    CHECK(count == 5);
    CHECK(f.keys().keys_per_master().value().size() == 1);
    CHECK(f.keys().keys_per_master().value()[next->id()] == 5 + f.options.pool);
    CHECK(files_with(f.directory(), wrapped).empty());
    f.options.masters = {next.get()};
    f.reopen();
    CHECK(f.keys().key_to_open(owner_of(1), key).value()->commitment() == commitment);
    CHECK(id_to_seal(f.keys(), 9) == fresh);
}

TEST_CASE("Keys that nobody was given do not pile up", "[store][keys][keystore]") {
    KeysUnderTest f;
    const KeyId key = id_to_seal(f.keys(), 1);
    for (int round = 0; round < 3; ++round) {
        f.reopen();
    }
    CHECK(f.keys().keys_per_master().value()[f.master->id()] == 1 + f.options.pool);
    CHECK(id_to_seal(f.keys(), 1) == key);
}

TEST_CASE("Keys are made ahead, beside those who need them", "[store][keys][keystore]") {
    KeysUnderTest f;
    f.close();
    base::ManualExecutor executor;
    f.options.executor = &executor;
    f.reopen();
    const auto count = [&] { return f.keys().keys_per_master().value()[f.master->id()]; };
    CHECK(f.options.pool == 4);
    id_to_seal(f.keys(), 1);
    CHECK_FALSE(executor.step());
    id_to_seal(f.keys(), 2);
    id_to_seal(f.keys(), 3);
    CHECK(count() == 4);
    CHECK(executor.drain() == 1);
    CHECK(count() == 8);
    // Nobody runs what was posted: who finds the pool empty fills it.
    std::set<KeyId> ids;
    for (std::uint64_t stream = 10; stream < 20; ++stream) {
        ids.insert(id_to_seal(f.keys(), stream));
    }
    CHECK(ids.size() == 10);
    executor.drain();
}

TEST_CASE("A key store can be read beside the one that writes", "[store][keys][keystore]") {
    KeysUnderTest f;
    const KeyId kept = id_to_seal(f.keys(), 1);
    const KeyId erased = id_to_seal(f.keys(), 2);
    const auto commitment = f.keys().key_to_seal(owner_of(1)).value()->commitment();
    REQUIRE(f.keys().erase(erasure_of(2)).has_value());
    CHECK(f.open().error().code == ErrorCode::unavailable);
    f.options.mode = store::KeyFilesMode::read_only;
    const auto opened = f.open();
    REQUIRE(opened.has_value());
    store::KeyStore& keys = **opened;
    CHECK(keys.key_to_open(owner_of(1), kept).value()->commitment() == commitment);
    CHECK(keys.key_to_seal(owner_of(1)).value()->id() == kept);
    CHECK(keys.key_to_open(owner_of(2), erased).value() == nullptr);
    CHECK(keys.is_closed(owner_of(2)));
    CHECK(keys.key_to_seal(owner_of(3)).error().code == ErrorCode::read_only);
    CHECK(keys.renew(owner_of(1)).error().code == ErrorCode::read_only);
    CHECK(keys.erase(erasure_of(1)).error().code == ErrorCode::read_only);
    CHECK(keys.hold(owner_of(1), "arkivlova.9", {}).error().code == ErrorCode::read_only);
    CHECK(keys.erasures().size() == 1);
    f.options.directory += "-none";
    CHECK(f.open().error().code == ErrorCode::not_found);
}

TEST_CASE("Dictionaries outlive the module's manifest", "[store][keys][dictionary]") {
    KeysUnderTest f;
    std::vector<std::string> examples;
    for (int i = 0; i < 200; ++i) {
        examples.push_back(R"({"title":"A goal","n":)" + std::to_string(i * 7919) + "}");
    }
    const auto trained = store::train_dictionary(examples);
    REQUIRE(trained.has_value());
    REQUIRE(f.keys().use_dictionary("plan", *trained).has_value());
    const auto key = f.keys().key_to_seal(owner_of(1)).value();
    const std::string sealed =
        key->seal("c", "plan", examples[0], f.keys().dictionaries(), f.random);
    f.reopen();
    const auto again = f.keys().key_to_open(owner_of(1), key->id()).value();
    CHECK(
        again->open("c", sealed, base::as_view(key->commitment()), f.keys().dictionaries())
            .value() == examples[0]
    );
}

TEST_CASE("Rows of the key store are written down as they always were", "[store][keys][golden]") {
    using namespace store;
    const KeyRow row{MasterKeyId("0123456789abcdef"), owner_of(1), std::string(40, 'w')};
    CHECK(
        base::to_hex(key_rows::write(row)) ==
        "01103031323334353637383961626364656601"
        "0000270f000463617365"
        "01000000000000000000000000000001"
        "28" +
            base::to_hex(std::string(40, 'w'))
    );
    CHECK(key_rows::read_key(key_rows::write(row)) == row);
    const StreamKeysRow keys{
        KeyState::held, "a.9", base::Timestamp(std::chrono::microseconds(258)), {KeyId("k1")}
    };
    CHECK(
        base::to_hex(key_rows::write(keys)) ==
        "0101"
        "03612e39"
        "0000000000000102"
        "0001"
        "026b31"
    );
    CHECK(key_rows::read_stream(key_rows::write(keys)) == keys);
    CHECK(base::to_hex(key_rows::key(KeyId("k1"))) == "6b6b31");
    CHECK(
        base::to_hex(key_rows::stream(owner_of(1))) ==
        "730000270f000463617365"
        "01000000000000000000000000000001"
    );
    CHECK(key_rows::owner_of(key_rows::closed(owner_of(1))) == owner_of(1));
    for (std::size_t size = 0; size < key_rows::write(row).size(); ++size) {
        CHECK_FALSE(key_rows::read_key(key_rows::write(row).substr(0, size)).has_value());
    }
    for (std::size_t size = 0; size < key_rows::write(keys).size(); ++size) {
        CHECK_FALSE(key_rows::read_stream(key_rows::write(keys).substr(0, size)).has_value());
    }
}
