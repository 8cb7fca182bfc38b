#include "dispatch/access_log/release.hpp"

#include <utility>

namespace samvev::dispatch {

void release(AccessLog* log, Answer answer, Completion done) {
    if (log == nullptr) {
        done(std::move(answer.result));
        return;
    }
    log->record(
        std::move(answer.reading),
        [result = std::move(answer.result),
         done = std::move(done)](const Result<std::monostate>& recorded) mutable {
            done(recorded ? std::move(result) : tl::unexpected<Error>(recorded.error()));
        }
    );
}

}  // namespace samvev::dispatch
