#include "store/keys/dictionary.hpp"

#include <zdict.h>
#include <zstd.h>

#include <vector>

#include "base/assert.hpp"
#include "base/digest.hpp"
#include "store/bytes.hpp"

namespace samvev::store {

namespace {

constexpr int level = 3;
constexpr std::size_t dictionary_bytes_max = 16 * 1024;
// zstd trains on fewer, but then copies them whole instead of learning what they share.
constexpr std::size_t examples_min = 16;

struct FreeContext {
    void operator()(ZSTD_CCtx* context) const noexcept { ZSTD_freeCCtx(context); }
    void operator()(ZSTD_DCtx* context) const noexcept { ZSTD_freeDCtx(context); }
    void operator()(ZSTD_CDict* dictionary) const noexcept { ZSTD_freeCDict(dictionary); }
    void operator()(ZSTD_DDict* dictionary) const noexcept { ZSTD_freeDDict(dictionary); }
};

// The frame needs its content's size, but neither a checksum (the seal has one) nor zstd's own
// dictionary number (ours stands in front).
ZSTD_CCtx* compressing_context() {
    thread_local const std::unique_ptr<ZSTD_CCtx, FreeContext> context = [] {
        std::unique_ptr<ZSTD_CCtx, FreeContext> made(ZSTD_createCCtx());
        const bool ok =
            ZSTD_isError(ZSTD_CCtx_setParameter(made.get(), ZSTD_c_compressionLevel, level)) == 0 &&
            ZSTD_isError(ZSTD_CCtx_setParameter(made.get(), ZSTD_c_dictIDFlag, 0)) == 0;
        SAMVEV_ASSERT(ok);
        return made;
    }();
    return context.get();
}

ZSTD_DCtx* decompressing_context() {
    thread_local const std::unique_ptr<ZSTD_DCtx, FreeContext> context(ZSTD_createDCtx());
    return context.get();
}

}  // namespace

DictionaryId dictionary_id(std::string_view dictionary) {
    const base::Digest digest = base::sha256(dictionary);
    return DictionaryId(ByteReader(base::as_view(digest)).u64());
}

std::optional<std::string> train_dictionary(std::span<const std::string> examples) {
    if (examples.size() < examples_min) {
        return std::nullopt;
    }
    std::string joined;
    std::vector<std::size_t> sizes;
    for (const std::string& example : examples) {
        joined += example;
        sizes.push_back(example.size());
    }
    std::string out(dictionary_bytes_max, '\0');
    const std::size_t size = ZDICT_trainFromBuffer(
        out.data(), out.size(), joined.data(), sizes.data(), static_cast<unsigned>(sizes.size())
    );
    if (ZDICT_isError(size) != 0) {
        return std::nullopt;
    }
    out.resize(size);
    return out;
}

struct Dictionaries::Dictionary {
    DictionaryId id;
    std::unique_ptr<ZSTD_CDict, FreeContext> compress;
    std::unique_ptr<ZSTD_DDict, FreeContext> decompress;
};

Dictionaries::Dictionaries() = default;
Dictionaries::~Dictionaries() = default;

DictionaryId Dictionaries::add(std::string_view bytes) {
    const DictionaryId id = dictionary_id(bytes);
    auto made = std::make_unique<Dictionary>();
    made->id = id;
    made->compress.reset(ZSTD_createCDict(bytes.data(), bytes.size(), level));
    made->decompress.reset(ZSTD_createDDict(bytes.data(), bytes.size()));
    SAMVEV_ASSERT(made->compress != nullptr);
    SAMVEV_ASSERT(made->decompress != nullptr);
    const std::lock_guard lock(mutex_);
    dictionaries_.try_emplace(id, std::move(made));
    return id;
}

void Dictionaries::use(std::string_view module, DictionaryId id) {
    const std::lock_guard lock(mutex_);
    SAMVEV_ASSERT(dictionaries_.contains(id));
    of_module_.insert_or_assign(std::string(module), id);
}

const Dictionaries::Dictionary* Dictionaries::find(DictionaryId id) const {
    const std::lock_guard lock(mutex_);
    const auto at = dictionaries_.find(id);
    return at == dictionaries_.end() ? nullptr : at->second.get();
}

bool Dictionaries::knows(DictionaryId id) const {
    return id == DictionaryId() || find(id) != nullptr;
}

std::optional<Dictionaries::Compressed> Dictionaries::compress(
    std::string_view module, std::string_view text
) const {
    const Dictionary* dictionary = nullptr;
    {
        const std::lock_guard lock(mutex_);
        const auto at = of_module_.find(module);
        dictionary = at == of_module_.end() ? nullptr : dictionaries_.at(at->second).get();
    }
    ZSTD_CCtx* const context = compressing_context();
    const std::size_t chosen =
        ZSTD_CCtx_refCDict(context, dictionary == nullptr ? nullptr : dictionary->compress.get());
    SAMVEV_ASSERT(ZSTD_isError(chosen) == 0);
    Compressed out;
    out.dictionary = dictionary == nullptr ? DictionaryId() : dictionary->id;
    out.bytes.resize(ZSTD_compressBound(text.size()));
    const std::size_t size =
        ZSTD_compress2(context, out.bytes.data(), out.bytes.size(), text.data(), text.size());
    SAMVEV_ASSERT(ZSTD_isError(size) == 0);
    if (size >= text.size()) {
        return std::nullopt;
    }
    out.bytes.resize(size);
    return out;
}

std::optional<std::string> Dictionaries::decompress(
    DictionaryId id, std::string_view bytes, std::size_t bytes_max
) const {
    const Dictionary* const dictionary = id == DictionaryId() ? nullptr : find(id);
    const unsigned long long size = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
    const bool sized = size != ZSTD_CONTENTSIZE_UNKNOWN && size != ZSTD_CONTENTSIZE_ERROR;
    if (!sized || size > bytes_max || (id != DictionaryId() && dictionary == nullptr)) {
        return std::nullopt;
    }
    std::string out(static_cast<std::size_t>(size), '\0');
    ZSTD_DCtx* const context = decompressing_context();
    const std::size_t got =
        dictionary == nullptr
            ? ZSTD_decompressDCtx(context, out.data(), out.size(), bytes.data(), bytes.size())
            : ZSTD_decompress_usingDDict(
                  context, out.data(), out.size(), bytes.data(), bytes.size(),
                  dictionary->decompress.get()
              );
    if (ZSTD_isError(got) != 0 || got != out.size()) {
        return std::nullopt;
    }
    return out;
}

}  // namespace samvev::store
