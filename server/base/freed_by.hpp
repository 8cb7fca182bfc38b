#pragma once

namespace samvev::base {

// The deleter of what a C library hands out: std::unique_ptr<EVP_PKEY, FreedBy<EVP_PKEY_free>>.
template <auto free_function>
struct FreedBy {
    template <typename T>
    void operator()(T* object) const noexcept {
        free_function(object);
    }
};

}  // namespace samvev::base
