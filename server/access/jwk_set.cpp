#include "access/jwk_set.hpp"

#include "access/token_json.hpp"
#include "base/limits.hpp"

namespace samvev::access {

namespace dom = simdjson::dom;

Result<JwkSet> JwkSet::parse(std::string_view json) {
    if (json.size() > limits::key_set_bytes_max) {
        return fail(ErrorCode::invalid_argument, "the key set is larger than 256 KiB");
    }
    dom::parser parser;
    dom::object root;
    dom::array keys;
    if (!parse_token_json(parser, json, root) || root["keys"].get(keys) != simdjson::SUCCESS) {
        return fail(
            ErrorCode::invalid_argument, "not a key set: a JSON object with a list \"keys\""
        );
    }
    if (keys.size() > limits::key_set_keys_max) {
        return fail(ErrorCode::invalid_argument, "the key set has more keys than a set may have");
    }
    JwkSet set;
    std::size_t place = 0;
    for (const dom::element item : keys) {
        ++place;
        auto key = Jwk::import(simdjson::minify(item));
        if (key && key->key_id().empty()) {
            key = fail(ErrorCode::invalid_argument, "it has no kid, by which tokens name it");
        }
        if (key) {
            set.keys_.push_back(std::move(*key));
        } else {
            set.skipped_.push_back("key " + std::to_string(place) + ": " + key.error().message);
        }
    }
    if (set.keys_.empty()) {
        std::string why = "the key set has no key that can be used here";
        for (const std::string& reason : set.skipped_) {
            why += "; " + reason;
        }
        return fail(ErrorCode::invalid_argument, why);
    }
    return set;
}

const Jwk* JwkSet::find(std::string_view key_id, Algorithm algorithm) const noexcept {
    const Jwk* found = nullptr;
    for (const Jwk& key : keys_) {
        if (key.key_id() == key_id && key.fits(algorithm)) {
            if (found != nullptr) {
                return nullptr;
            }
            found = &key;
        }
    }
    return found;
}

}  // namespace samvev::access
