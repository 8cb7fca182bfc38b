#include "wire/outbox.hpp"

#include <sys/socket.h>

#include <catch2/catch.hpp>

#include "base/limits.hpp"

using namespace samvev;
using wire::Outbox;
using wire::Socket;

namespace {

// Two connected sockets, the first one as the session has it.
struct Pair {
    wire::asio::io_context context;
    wire::ByteStream near{Socket(context.get_executor())};
    Socket far{context.get_executor()};

    Pair() {
        wire::Acceptor acceptor(
            context.get_executor(), wire::tcp::endpoint(wire::asio::ip::address_v4::loopback(), 0)
        );
        far.connect(acceptor.local_endpoint());
        acceptor.accept(near.socket());
        near.socket().non_blocking(true);
        far.non_blocking(true);
    }

    // What has arrived at the far side.
    std::string received() {
        std::string all;
        std::string part(100'000, '\0');
        wire::error_code error;
        while (true) {
            const std::size_t count = far.read_some(wire::asio::buffer(part), error);
            if (error || count == 0) {
                return all;
            }
            all.append(part, 0, count);
        }
    }
};

std::string sent(Outbox& outbox) {
    Pair pair;
    REQUIRE(outbox.send_to(pair.near) == Outbox::Sent::all);
    return pair.received();
}

}  // namespace

TEST_CASE("Frames have the shortest length form", "[wire][outbox]") {
    for (const auto& [size, header] :
         {std::pair<std::size_t, std::string>{0, std::string("\x81\x00", 2)},
          {125, "\x81\x7d"},
          {126, std::string("\x81\x7e\x00\x7e", 4)},
          {65535, "\x81\x7e\xff\xff"},
          {65536, std::string("\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00", 10)}}) {
        Outbox outbox;
        const std::string half(size / 2, 'a');
        const std::string rest(size - half.size(), 'b');
        outbox.text({half, rest});
        CHECK(sent(outbox) == header + half + rest);
        CHECK(outbox.is_empty());
    }
}

TEST_CASE("Everything leaves in the order it came, whoever made it", "[wire][outbox]") {
    Outbox outbox;
    outbox.foreign("HTTP/1.1 101 …\r\n\r\n");
    outbox.text({"a"});
    outbox.ping();
    outbox.foreign(std::string("\x8a\x01p", 3));
    outbox.text({"b"});
    CHECK(
        sent(outbox) ==
        "HTTP/1.1 101 …\r\n\r\n\x81\x01"
        "a" +
            std::string("\x89\x00", 2) +
            "\x8a\x01p\x81\x01"
            "b"
    );
}

TEST_CASE("Nothing follows a close frame, ours or Beast's", "[wire][outbox]") {
    Outbox ours;
    ours.close_frame(1001, "bye");
    ours.text({"late"});
    ours.ping();
    ours.foreign(std::string("\x8a\x00", 2));
    ours.close_frame(1000, "again");
    CHECK(ours.is_sealed());
    CHECK(ours.close_code() == 1001);
    CHECK(
        sent(ours) ==
        "\x88\x05\x03\xe9"
        "bye"
    );

    Outbox theirs;
    theirs.foreign("\x88\x02\x03\xea");
    theirs.text({"late"});
    CHECK(theirs.close_code() == 1002);
    CHECK(sent(theirs) == "\x88\x02\x03\xea");

    Outbox empty;
    empty.foreign(std::string("\x88\x00", 2));
    CHECK(empty.close_code() == 1005);
}

TEST_CASE("A close reason is cut to what a control frame holds", "[wire][outbox]") {
    Outbox outbox;
    outbox.close_frame(4401, std::string(300, 'r'));
    CHECK(sent(outbox).size() == 2 + 125);
}

TEST_CASE("Pongs behind unsent bytes are bounded", "[wire][outbox]") {
    Outbox outbox;
    outbox.text({"waiting"});
    for (int i = 0; i < 100'000; ++i) {
        outbox.foreign(std::string("\x8a\x05hello", 7));
    }
    CHECK(outbox.pending_bytes() < 1000);
    (void)sent(outbox);
    outbox.foreign(std::string("\x8a\x05hello", 7));
    CHECK(sent(outbox).size() == 7);
}

TEST_CASE(
    "A socket that takes nothing blocks, and the rest follows without loss", "[wire][outbox]"
) {
    Pair pair;
    Outbox outbox;
    std::string expected;
    for (int i = 0; i < 400; ++i) {
        outbox.text({std::string(60'000, static_cast<char>('a' + i % 26))});
    }
    CHECK(outbox.is_over_budget());
    CHECK_FALSE(outbox.stuck_since());
    REQUIRE(outbox.send_to(pair.near) == Outbox::Sent::blocked);
    CHECK(outbox.stuck_since());
    std::string got;
    while (outbox.send_to(pair.near) != Outbox::Sent::all) {
        got += pair.received();
    }
    got += pair.received();
    CHECK_FALSE(outbox.stuck_since());
    CHECK_FALSE(outbox.is_over_budget());
    REQUIRE(got.size() == 400 * (60'000 + 4));
    for (std::size_t i = 0; i < 400; ++i) {
        REQUIRE(got[i * 60'004 + 4] == static_cast<char>('a' + i % 26));
        REQUIRE(got[i * 60'004 + 60'003] == static_cast<char>('a' + i % 26));
    }
}

TEST_CASE("The budget counts messages as well as bytes", "[wire][outbox]") {
    Outbox outbox;
    for (std::size_t i = 0; i < limits::outbox_messages_max; ++i) {
        outbox.text({"x"});
    }
    CHECK_FALSE(outbox.is_over_budget());
    outbox.text({"x"});
    CHECK(outbox.is_over_budget());
    (void)sent(outbox);
    CHECK_FALSE(outbox.is_over_budget());
}

TEST_CASE("A peer that is gone is told as broken", "[wire][outbox]") {
    Pair pair;
    pair.far.set_option(wire::asio::socket_base::linger(true, 0));
    pair.far.close();
    Outbox outbox;
    outbox.text({"x"});
    CHECK(outbox.send_to(pair.near) == Outbox::Sent::broken);
}
