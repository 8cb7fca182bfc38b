#pragma once

#include <memory>
#include <optional>
#include <string>

#include "wire/io_types.hpp"
#include "wire/peer.hpp"

namespace samvev::wire {

// One POST /rpc/v1: the peer of its frame, until the answer is there. [loop]
class RpcPost final : public Peer {
public:
    // `done` is cancelled when the answer is there; it outlives the post, or abandon() is called.
    RpcPost(ServerState& state, IoLoop& loop, Timer& done) : Peer(state, loop), done_(&done) {}

    void send(std::initializer_list<std::string_view> pieces) override;
    void send_nothing() override;
    OwnMethodRow::Door door() const noexcept override { return OwnMethodRow::Door::any; }
    Result<std::string> call_own(OwnMethod method, const FrameEntry& entry) override;
    bool is_leaving() const noexcept override;
    void give_up() noexcept override;
    void on_abuse() override { is_abused_ = true; }

    [[nodiscard]] bool is_done() const noexcept { return is_done_; }
    // The answer could not be made.
    [[nodiscard]] bool has_failed() const noexcept { return has_failed_; }
    // The connection is not to go on after the answer.
    [[nodiscard]] bool is_abused() const noexcept { return is_abused_; }
    // The JSON text; absent when there is nothing to answer.
    [[nodiscard]] std::optional<std::string> take_answer() { return std::move(answer_); }
    // Nobody waits any more: calls are withdrawn, `done` is not touched again.
    void abandon();

private:
    void finish();

    Timer* done_;
    bool is_done_ = false;
    bool has_failed_ = false;
    bool is_abused_ = false;
    std::optional<std::string> answer_;
};

}  // namespace samvev::wire
