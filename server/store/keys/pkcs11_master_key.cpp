#include "store/keys/pkcs11_master_key.hpp"

#include <p11-kit/p11-kit.h>
#include <p11-kit/uri.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <optional>
#include <utility>
#include <variant>

#include "base/digest.hpp"
#include "store/keys/secret_file.hpp"

namespace samvev::store {

namespace {

constexpr std::size_t wrapped_size = Secret::size + 8;  // RFC 3394
constexpr CK_ULONG slots_max = 64;
constexpr std::size_t pin_bytes_max = 255;

struct FreeUri {
    void operator()(P11KitUri* uri) const noexcept { p11_kit_uri_free(uri); }
};
struct ReleaseModule {
    void operator()(CK_FUNCTION_LIST* module) const noexcept {
        (void)p11_kit_module_finalize(module);
        p11_kit_module_release(module);
    }
};

// A PIN, wiped when it goes.
class Pin {
public:
    Pin() = default;
    Pin(const Pin&) = delete;
    Pin& operator=(const Pin&) = delete;
    ~Pin() { wipe(bytes_); }

    // Fails as read_secret_file.
    Result<std::monostate> read(const std::string& path) {
        const char* const credentials = std::getenv("CREDENTIALS_DIRECTORY");
        const bool guarded = credentials != nullptr && path.starts_with(credentials);
        SAMVEV_TRY(
            size_, read_secret_file(
                       "the PIN of the master key's token", path,
                       guarded ? FileGuard::directory : FileGuard::mode, bytes_
                   )
        );
        while (size_ > 0 && (bytes_[size_ - 1] == '\n' || bytes_[size_ - 1] == '\r')) {
            --size_;
        }
        return std::monostate();
    }
    [[nodiscard]] CK_UTF8CHAR* data() noexcept { return bytes_.data(); }
    [[nodiscard]] CK_ULONG size() const noexcept { return size_; }

private:
    std::array<std::uint8_t, pin_bytes_max> bytes_{};
    std::size_t size_ = 0;
};

tl::unexpected<Error> unavailable(const std::string& what, CK_RV why) {
    return fail(
        why == CKR_PIN_INCORRECT || why == CKR_PIN_LOCKED ? ErrorCode::denied
                                                          : ErrorCode::unavailable,
        "the master key's token: " + what + ": " + p11_kit_strerror(why)
    );
}

// Whether another session may do better. A token that went away has no one word for it.
bool is_lost(CK_RV why) {
    return why == CKR_SESSION_HANDLE_INVALID || why == CKR_SESSION_CLOSED ||
           why == CKR_DEVICE_REMOVED || why == CKR_DEVICE_ERROR || why == CKR_TOKEN_NOT_PRESENT ||
           why == CKR_CRYPTOKI_NOT_INITIALIZED || why == CKR_USER_NOT_LOGGED_IN ||
           why == CKR_OBJECT_HANDLE_INVALID || why == CKR_KEY_HANDLE_INVALID ||
           why == CKR_WRAPPING_KEY_HANDLE_INVALID || why == CKR_UNWRAPPING_KEY_HANDLE_INVALID ||
           why == CKR_FUNCTION_FAILED || why == CKR_GENERAL_ERROR;
}

// Whether it says that the bytes are wrong. SoftHSM has a general error for that too, as for much
// else.
bool is_refusal(CK_RV why) {
    return why == CKR_WRAPPED_KEY_INVALID || why == CKR_WRAPPED_KEY_LEN_RANGE ||
           why == CKR_ENCRYPTED_DATA_INVALID || why == CKR_ENCRYPTED_DATA_LEN_RANGE ||
           why == CKR_GENERAL_ERROR || why == CKR_FUNCTION_FAILED;
}

class TokenMasterKey final : public MasterKey {
public:
    ~TokenMasterKey() override { close(); }

    Result<std::monostate> start(const std::string& text) {
        uri_.reset(p11_kit_uri_new());
        const char* path = nullptr;
        if (p11_kit_uri_parse(text.c_str(), P11_KIT_URI_FOR_ANY, uri_.get()) != P11_KIT_URI_OK ||
            (path = p11_kit_uri_get_module_path(uri_.get())) == nullptr ||
            p11_kit_uri_get_pin_source(uri_.get()) == nullptr ||
            p11_kit_uri_get_attribute(uri_.get(), CKA_LABEL) == nullptr) {
            return fail(
                ErrorCode::invalid_argument,
                "The master key's URI names no key: give it as "
                "pkcs11:token=NAME;object=NAME?module-path=FILE&pin-source=FILE (RFC 7512)."
            );
        }
        module_.reset(p11_kit_module_load(path, P11_KIT_MODULE_CRITICAL));
        if (!module_) {
            const char* const why = p11_kit_message();
            return fail(
                ErrorCode::unavailable,
                "the master key's module " + std::string(path) +
                    " cannot be loaded: " + (why == nullptr ? "no reason given" : why)
            );
        }
        if (const CK_RV why = p11_kit_module_initialize(module_.get()); why != CKR_OK) {
            return unavailable("the module does not start", why);
        }
        SAMVEV_CHECK_OK(open());
        SAMVEV_TRY(known_, wrap(Secret()));
        id_ = MasterKeyId(base::to_hex(base::as_view(base::sha256(known_)).substr(0, 8)));
        return std::monostate();
    }

    const MasterKeyId& id() const noexcept override { return id_; }

    Result<std::string> wrap(const Secret& key) const override {
        std::string out(wrapped_size, '\0');
        SAMVEV_TRY(const CK_RV why, in_session([&] { return try_wrap(key, out); }));
        if (why != CKR_OK) {
            return unavailable("it does not wrap a key", why);
        }
        return out;
    }

    Result<Secret> unwrap(std::string_view wrapped) const override {
        Secret out;
        SAMVEV_TRY(const CK_RV why, in_session([&] { return try_unwrap(wrapped, out); }));
        if (is_refusal(why) && opens_what_it_wrapped()) {
            return fail(
                ErrorCode::corrupt, "a data key does not open under master key " + id_.value()
            );
        }
        if (why != CKR_OK) {
            return unavailable("it does not unwrap a key", why);
        }
        return out;
    }

private:
    // What the token said, in a new session when the one before was lost. Fails as open().
    template <typename Call>
    Result<CK_RV> in_session(Call call) const {
        const std::lock_guard lock(mutex_);
        CK_RV why = session_ ? call() : CKR_SESSION_CLOSED;
        if (is_lost(why)) {
            SAMVEV_CHECK_OK(reopen());
            why = call();
        }
        return why;
    }

    // Whether it works at all: then it is the bytes that are wrong, and not the token.
    bool opens_what_it_wrapped() const {
        Secret out;
        const auto why = in_session([&] { return try_unwrap(known_, out); });
        return why && *why == CKR_OK;
    }

    // A data key lies in the token for the length of one call.
    CK_RV try_wrap(const Secret& key, std::string& out) const {
        CK_OBJECT_CLASS secret_key = CKO_SECRET_KEY;
        CK_KEY_TYPE type = CKK_AES;
        CK_BBOOL yes = CK_TRUE;
        CK_BBOOL no = CK_FALSE;
        std::array<std::uint8_t, Secret::size> bytes{};
        std::copy(key.bytes().begin(), key.bytes().end(), bytes.begin());
        std::array<CK_ATTRIBUTE, 6> members{
            {{CKA_CLASS, &secret_key, sizeof secret_key},
             {CKA_KEY_TYPE, &type, sizeof type},
             {CKA_TOKEN, &no, sizeof no},
             {CKA_SENSITIVE, &no, sizeof no},
             {CKA_EXTRACTABLE, &yes, sizeof yes},
             {CKA_VALUE, bytes.data(), bytes.size()}}
        };
        CK_OBJECT_HANDLE object = 0;
        CK_RV why = module_->C_CreateObject(*session_, members.data(), members.size(), &object);
        wipe(bytes);
        if (why != CKR_OK) {
            return why;
        }
        CK_MECHANISM mechanism{CKM_AES_KEY_WRAP, nullptr, 0};
        CK_ULONG size = out.size();
        why = module_->C_WrapKey(
            *session_, &mechanism, key_, object, reinterpret_cast<CK_BYTE*>(out.data()), &size
        );
        (void)module_->C_DestroyObject(*session_, object);
        return why == CKR_OK && size != out.size() ? CKR_FUNCTION_FAILED : why;
    }

    CK_RV try_unwrap(std::string_view wrapped, Secret& out) const {
        CK_OBJECT_CLASS secret_key = CKO_SECRET_KEY;
        CK_KEY_TYPE type = CKK_AES;
        CK_BBOOL yes = CK_TRUE;
        CK_BBOOL no = CK_FALSE;
        std::array<CK_ATTRIBUTE, 5> members{
            {{CKA_CLASS, &secret_key, sizeof secret_key},
             {CKA_KEY_TYPE, &type, sizeof type},
             {CKA_TOKEN, &no, sizeof no},
             {CKA_SENSITIVE, &no, sizeof no},
             {CKA_EXTRACTABLE, &yes, sizeof yes}}
        };
        std::string bytes(wrapped);
        CK_MECHANISM mechanism{CKM_AES_KEY_WRAP, nullptr, 0};
        CK_OBJECT_HANDLE object = 0;
        CK_RV why = module_->C_UnwrapKey(
            *session_, &mechanism, key_, reinterpret_cast<CK_BYTE*>(bytes.data()), bytes.size(),
            members.data(), members.size(), &object
        );
        if (why != CKR_OK) {
            return why;
        }
        CK_ATTRIBUTE value{CKA_VALUE, out.writable().data(), Secret::size};
        why = module_->C_GetAttributeValue(*session_, object, &value, 1);
        (void)module_->C_DestroyObject(*session_, object);
        return why == CKR_OK && value.ulValueLen != Secret::size ? CKR_WRAPPED_KEY_LEN_RANGE : why;
    }

    Result<std::monostate> open() const {
        SAMVEV_TRY(const CK_SLOT_ID slot, find_token());
        CK_SESSION_HANDLE session = 0;
        CK_RV why = module_->C_OpenSession(
            slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr, &session
        );
        if (why != CKR_OK) {
            return unavailable("no session", why);
        }
        session_ = session;
        Pin pin;
        SAMVEV_CHECK_OK(pin.read(p11_kit_uri_get_pin_source(uri_.get())));
        why = module_->C_Login(session, CKU_USER, pin.data(), pin.size());
        if (why != CKR_OK && why != CKR_USER_ALREADY_LOGGED_IN) {
            return unavailable("it does not take the PIN", why);
        }
        return find_key();
    }

    // A token that was away is often seen again only by a module that starts anew.
    Result<std::monostate> reopen() const {
        close();
        auto opened = open();
        if (opened || opened.error().code == ErrorCode::denied) {
            return opened;  // A PIN that is refused too often locks the token.
        }
        close();
        (void)p11_kit_module_finalize(module_.get());
        if (const CK_RV why = p11_kit_module_initialize(module_.get()); why != CKR_OK) {
            return unavailable("the module does not start again", why);
        }
        return open();
    }

    void close() const {
        if (session_) {
            (void)module_->C_CloseSession(*session_);
            session_.reset();
        }
    }

    Result<CK_SLOT_ID> find_token() const {
        std::array<CK_SLOT_ID, slots_max> slots{};
        CK_ULONG count = slots.size();
        if (const CK_RV why = module_->C_GetSlotList(CK_TRUE, slots.data(), &count);
            why != CKR_OK) {
            return unavailable("its slots cannot be listed", why);
        }
        for (CK_ULONG i = 0; i < count; ++i) {
            CK_TOKEN_INFO info{};
            if (module_->C_GetTokenInfo(slots[i], &info) == CKR_OK &&
                p11_kit_uri_match_token_info(uri_.get(), &info) == 1) {
                return slots[i];
            }
        }
        return fail(
            ErrorCode::unavailable,
            "the master key's token is not there: is it plugged in, and is its name in the URI?"
        );
    }

    Result<std::monostate> find_key() const {
        CK_ULONG count = 0;
        CK_ATTRIBUTE* const wanted = p11_kit_uri_get_attributes(uri_.get(), &count);
        std::array<CK_OBJECT_HANDLE, 2> found{};
        CK_ULONG size = 0;
        CK_RV why = module_->C_FindObjectsInit(*session_, wanted, count);
        if (why == CKR_OK) {
            why = module_->C_FindObjects(*session_, found.data(), found.size(), &size);
            (void)module_->C_FindObjectsFinal(*session_);
        }
        if (why != CKR_OK) {
            return unavailable("its keys cannot be listed", why);
        }
        if (size != 1) {
            return fail(
                ErrorCode::unavailable,
                std::string("the master key's token holds ") +
                    (size == 0 ? "no" : "more than one") +
                    " key of that name; object= and id= of the URI must name one"
            );
        }
        key_ = found[0];
        return std::monostate();
    }

    std::unique_ptr<P11KitUri, FreeUri> uri_;
    std::unique_ptr<CK_FUNCTION_LIST, ReleaseModule> module_;
    std::string known_;  // 32 zero bytes, wrapped
    MasterKeyId id_;
    mutable std::mutex mutex_;  // Guards what follows.
    mutable std::optional<CK_SESSION_HANDLE> session_;
    mutable CK_OBJECT_HANDLE key_ = 0;
};

}  // namespace

Result<std::unique_ptr<MasterKey>> open_pkcs11_master_key(const std::string& uri) {
    auto key = std::make_unique<TokenMasterKey>();
    SAMVEV_CHECK_OK(key->start(uri));
    return std::unique_ptr<MasterKey>(std::move(key));
}

}  // namespace samvev::store
