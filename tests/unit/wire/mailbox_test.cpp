#include "wire/mailbox.hpp"

#include <catch2/catch.hpp>
#include <functional>
#include <new>
#include <stdexcept>
#include <thread>

using namespace samvev::wire;

namespace {

struct Note final : Arrival, Settler {
    explicit Note(std::function<void()> on_arrive, std::function<void()> on_settle = {})
        : arriving(std::move(on_arrive)), settling(std::move(on_settle)) {}
    void arrive() override { arriving(); }
    void settle() override { settling(); }
    void give_up() noexcept override { ++given_up; }
    std::function<void()> arriving;
    std::function<void()> settling;
    int given_up = 0;
};

}  // namespace

TEST_CASE("Arrivals of one turn are settled once, after the last of them", "[wire][mailbox]") {
    asio::io_context context;
    const auto mailbox = std::make_shared<Mailbox>(context);
    std::string story;
    const auto settler = std::make_shared<Note>([] {}, [&story] { story += "settle "; });
    bool will_settle = false;
    for (const char* name : {"a ", "b ", "c "}) {
        mailbox->deliver(std::make_shared<Note>([&, name] {
            story += name;
            if (!std::exchange(will_settle, true)) {
                mailbox->settle_later(settler);
            }
        }));
    }
    context.run();
    CHECK(story == "a b c settle ");
}

TEST_CASE("What arrives during a turn waits for the next one", "[wire][mailbox]") {
    asio::io_context context;
    const auto mailbox = std::make_shared<Mailbox>(context);
    std::string story;
    mailbox->deliver(std::make_shared<Note>([&] {
        mailbox->deliver(std::make_shared<Note>([&story] { story += "later "; }));
        asio::post(context, [&story] { story += "others "; });
        story += "first ";
    }));
    context.run();
    CHECK(story == "first later others ");
}

TEST_CASE("One that throws is given up, and the others do not notice", "[wire][mailbox]") {
    // It used to end the process: an exception left the turn and with it io_context::run().
    asio::io_context context;
    const auto mailbox = std::make_shared<Mailbox>(context);
    std::string story;
    const auto broken = std::make_shared<Note>([] { throw std::bad_alloc(); });
    const auto unsettled = std::make_shared<Note>([] {}, [] { throw std::runtime_error("test"); });
    const auto sound = std::make_shared<Note>(
        [&story] { story += "arrived "; }, [&story] { story += "settled "; }
    );
    mailbox->deliver(broken);
    mailbox->deliver(sound);
    mailbox->settle_later(unsettled);
    mailbox->settle_later(sound);
    CHECK_NOTHROW(context.run());
    CHECK(story == "arrived settled ");
    CHECK(broken->given_up == 1);
    CHECK(unsettled->given_up == 1);
    CHECK(sound->given_up == 0);
}

TEST_CASE("Settling outside a turn and from a settler both happen", "[wire][mailbox]") {
    asio::io_context context;
    const auto mailbox = std::make_shared<Mailbox>(context);
    int settled = 0;
    std::shared_ptr<Note> note;
    note = std::make_shared<Note>(
        [] {},
        [&] {
            if (++settled < 3) {
                mailbox->settle_later(note);
            }
        }
    );
    mailbox->settle_later(note);
    context.run();
    CHECK(settled == 3);
    note.reset();
}

TEST_CASE("A closed mailbox drops what comes, and knows nobody's thread", "[wire][mailbox]") {
    asio::io_context context;
    const auto mailbox = std::make_shared<Mailbox>(context);
    mailbox->bind_to_this_thread();
    CHECK(mailbox->is_here());
    mailbox->close();
    CHECK_FALSE(mailbox->is_here());
    auto note = std::make_shared<Note>([] { FAIL("it is closed"); });
    const std::weak_ptr<Note> watch = note;
    mailbox->deliver(std::move(note));
    CHECK(watch.expired());
    context.run();
}

TEST_CASE("Deliveries from many threads all arrive, on the loop's thread", "[wire][mailbox]") {
    asio::io_context context;
    const auto mailbox = std::make_shared<Mailbox>(context);
    constexpr int threads_count = 4;
    constexpr int each = 5'000;
    int arrived = 0;
    int strays = 0;
    auto work = asio::make_work_guard(context);
    std::thread loop([&] {
        mailbox->bind_to_this_thread();
        context.run();
    });
    std::vector<std::thread> writers;
    for (int i = 0; i < threads_count; ++i) {
        writers.emplace_back([&] {
            for (int n = 0; n < each; ++n) {
                mailbox->deliver(std::make_shared<Note>([&] {
                    strays += mailbox->is_here() ? 0 : 1;
                    if (++arrived == threads_count * each) {
                        context.stop();
                    }
                }));
            }
        });
    }
    for (std::thread& writer : writers) {
        writer.join();
    }
    loop.join();
    CHECK(arrived == threads_count * each);
    CHECK(strays == 0);
}
