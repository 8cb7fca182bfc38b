#include "access/es256.hpp"
#include "access/private_file.hpp"
#include "access/token_verifier.hpp"

namespace samvev::access {

Result<DevelopmentKey> load_or_make_development_key(const std::string& directory) {
    const std::string path = directory + "/dev-key.pem";
    SAMVEV_TRY(auto stored, read_private_file(path));
    if (!stored) {
        SAMVEV_TRY(const Es256Key made, Es256Key::make());
        SAMVEV_TRY(const std::string pem, made.to_pem());
        SAMVEV_CHECK_OK(write_private_file(path, pem));
        SAMVEV_TRY(stored, read_private_file(path));
    }
    if (!stored) {
        return fail(ErrorCode::unavailable, path + " disappeared while it was being made");
    }
    const auto key = Es256Key::from_pem(*stored);
    if (!key) {
        return fail(
            ErrorCode::corrupt, path + ": " + key.error().message + "; delete it to get a new one"
        );
    }
    return DevelopmentKey{std::move(*stored)};
}

}  // namespace samvev::access
