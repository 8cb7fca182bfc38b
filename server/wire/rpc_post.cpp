#include "wire/rpc_post.hpp"

namespace samvev::wire {

void RpcPost::send(std::initializer_list<std::string_view> pieces) {
    answer_.emplace();
    for (const std::string_view piece : pieces) {
        answer_->append(piece);
    }
    finish();
}

void RpcPost::send_nothing() {
    finish();
}

void RpcPost::finish() {
    is_done_ = true;
    if (done_ != nullptr) {
        done_->cancel();
    }
}

void RpcPost::give_up() noexcept {
    has_failed_ = true;
    finish();
}

void RpcPost::abandon() {
    done_ = nullptr;
    cancel_all_calls();
}

Result<std::string> RpcPost::call_own(OwnMethod /*method*/, const FrameEntry& /*entry*/) {
    return fail(ErrorCode::unsupported, "this method works over a WebSocket only");
}

bool RpcPost::is_leaving() const noexcept {
    return state().draining.load(std::memory_order_relaxed);
}

}  // namespace samvev::wire
