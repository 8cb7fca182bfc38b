#include <catch2/catch.hpp>

#include <thread>

#include "base/limits.hpp"
#include "dispatch/gate/tenant_facts.hpp"
#include "store/keys/stream_seal.hpp"
#include "support/facts_as_text.hpp"
#include "support/faulty_table.hpp"
#include "support/forwarding_log.hpp"
#include "support/sealed_log_under_test.hpp"
#include "support/store_commits.hpp"

using namespace samvev;
using dispatch::FactsRows;
using dispatch::TenantFacts;
using test::SealedLogUnderTest;

namespace {

const store::TenantId tenant(9999);
const std::string ada = test::numbered_uuid(1001).text();

class CountingLog final : public test::ForwardingLog {
public:
    using ForwardingLog::ForwardingLog;
    Result<store::Position> scan(
        store::LogId log, store::Position from, std::size_t limit, const store::EventVisitor& visit
    ) const override {
        return ForwardingLog::scan(log, from, limit, [&](const store::EventView& event) {
            ++read;
            return visit(event);
        });
    }
    mutable int read = 0;
};

// A sealed log, and a table that outlives whoever keeps facts in it.
struct Bench {
    SealedLogUnderTest subject{SealedLogUnderTest::Engine::memory};
    std::unique_ptr<store::Table> table = store::make_memory_table();
    std::uint64_t events = 0;

    void tell(const char* kind, std::uint64_t stream, const std::string& type, std::string data) {
        store::Commit commit = test::one_event(stream, ++events);
        commit.writes.front().stream.kind = kind;
        commit.writes.front().events.front().type = type;
        commit.writes.front().events.front().payload = std::move(data);
        commit.actor.actor = "staff/" + ada;
        REQUIRE(subject.log().append(std::move(commit)).has_value());
    }
    void register_child(std::uint64_t person) {
        tell("person", person, "person.person-registered", R"({"birthDate":"2019-05-04"})");
    }
    std::unique_ptr<TenantFacts> follow(store::EventLog& log) {
        auto facts =
            TenantFacts::follow(log, {}, std::make_unique<FactsRows>(*table, &subject.seal()));
        REQUIRE(facts.has_value());
        return std::move(*facts);
    }
    // How many events a start reads, and what it then knows.
    struct Start {
        int read;
        std::string facts;
    };
    Start start() {
        CountingLog log(subject.log());
        const auto facts = follow(log);
        return {log.read, test::facts_as_text(**facts->at(tenant))};
    }
    std::string folded_anew() {
        const auto facts = TenantFacts::follow(subject.log());
        REQUIRE(facts.has_value());
        return test::facts_as_text(**(*facts)->at(tenant));
    }
    std::string rows() {
        std::string out;
        const auto all = table->scan("", "\xff", [&](std::string_view key, std::string_view value) {
            out.append(key).append(value);
            return true;
        });
        REQUIRE(all.has_value());
        return out;
    }
};

}  // namespace

TEST_CASE("A start reads what was saved and what came after it", "[dispatch][access]") {
    Bench bench;
    {
        const auto facts = bench.follow(bench.subject.log());
        for (std::uint64_t i = 1; i <= 50; ++i) {
            bench.register_child(i);
        }
        REQUIRE(facts->save().has_value());
        bench.tell(
            "case", 7, "case.concern-raised", R"({"concernOwnerId":"a","concernUnitId":"b"})"
        );
        REQUIRE(facts->save().has_value());
        bench.tell("case", 7, "case.case-closed", "{}");
        bench.tell("person", 3, "person.death-recorded", "{}");
    }
    const std::string anew = bench.folded_anew();
    const Bench::Start start = bench.start();
    CHECK(start.read == 2);
    CHECK(start.facts == anew);
    CHECK(bench.rows().find("2019-05-04") == std::string::npos);

    SECTION("saved facts of another history are not believed") {
        Bench other;
        other.register_child(1);
        other.register_child(2);
        std::swap(other.table, bench.table);
        const Bench::Start fresh = other.start();
        CHECK(fresh.read == 2);
        CHECK(fresh.facts == other.folded_anew());
    }
    SECTION("nor damaged ones") {
        std::string one;
        REQUIRE(bench.table
                    ->scan(
                        "", "\xff",
                        [&](std::string_view key, std::string_view) {
                            one = key;
                            return true;
                        }
                    )
                    .has_value());
        store::TableBatch batch;
        batch.put(one, "nothing that opens");
        REQUIRE(bench.table->write(batch).has_value());
        const Bench::Start fresh = bench.start();
        CHECK(fresh.read == 53);
        CHECK(fresh.facts == anew);
    }
}

TEST_CASE("Facts are saved by and by", "[dispatch][access]") {
    Bench bench;
    base::ManualExecutor executor;
    {
        const auto facts = bench.follow(bench.subject.log());
        facts->save_on(executor);
        bench.register_child(1);
        CHECK(executor.drain() == 0);
        while (bench.events < limits::facts_unsaved_events) {
            store::StreamWrite write{
                test::case_stream(9), store::ExpectedRevision::any(),
                test::new_events(bench.events + 1, 32)
            };
            bench.events += 32;
            REQUIRE(bench.subject.log().append(test::commit_of({std::move(write)})).has_value());
        }
        CHECK(executor.drain() == 1);
        bench.register_child(2);
    }
    const Bench::Start start = bench.start();
    CHECK(start.read < 40);
    CHECK(start.facts == bench.folded_anew());
}

TEST_CASE("What could not be saved is saved later", "[dispatch][access]") {
    Bench bench;
    test::FaultyTable table(*bench.table);
    {
        auto facts = TenantFacts::follow(
            bench.subject.log(), {}, std::make_unique<FactsRows>(table, &bench.subject.seal())
        );
        REQUIRE(facts.has_value());
        bench.register_child(1);
        table.fail_after(0, test::FaultyTable::Failure::lost);
        CHECK((*facts)->save().error().code == ErrorCode::unavailable);
        table.heal();
        bench.register_child(2);
        REQUIRE((*facts)->save().has_value());
    }
    const Bench::Start start = bench.start();
    CHECK(start.read == 0);
    CHECK(start.facts == bench.folded_anew());
}

TEST_CASE("Facts forget what is erased", "[dispatch][access]") {
    Bench bench;
    const std::string born = "2019-05-04";
    {
        const auto facts = bench.follow(bench.subject.log());
        bench.register_child(1);
        bench.register_child(2);
        REQUIRE(facts->save().has_value());
        const store::StreamId child{"person", test::case_stream(1).id};
        REQUIRE(store::erase_stream(
                    bench.subject.stored(), bench.subject.keys().keys(),
                    {{test::domain_log(), child}, {}, "GDPR.17", {}}
        ).has_value());
        CHECK(test::facts_as_text(**facts->at(tenant)).find(born) != std::string::npos);
        REQUIRE(facts->refold(tenant).has_value());
        const auto now = *facts->at(tenant);
        CHECK_FALSE(now->persons.find(child.id.text())->birth_date.has_value());
        CHECK(now->persons.find(test::case_stream(2).id.text())->birth_date.has_value());
        CHECK(bench.rows().empty());
        REQUIRE(facts->save().has_value());
    }
    const Bench::Start start = bench.start();
    CHECK(start.read == 0);
    CHECK(start.facts == bench.folded_anew());
}

TEST_CASE("Facts saved before an erasure are not read after it", "[dispatch][access]") {
    Bench bench;
    {
        const auto facts = bench.follow(bench.subject.log());
        bench.register_child(1);
        REQUIRE(facts->save().has_value());
    }
    const store::StreamId child{"person", test::case_stream(1).id};
    REQUIRE(store::erase_stream(
                bench.subject.stored(), bench.subject.keys().keys(),
                {{test::domain_log(), child}, {}, "GDPR.17", {}}
    ).has_value());
    const Bench::Start start = bench.start();
    CHECK(start.read == 1);
    CHECK(start.facts == bench.folded_anew());
}

TEST_CASE("Facts are folded again while commits go on", "[dispatch][access]") {
    Bench bench;
    const auto facts = bench.follow(bench.subject.log());
    bench.register_child(1);
    std::thread writer([&] {
        for (std::uint64_t i = 2; i <= 300; ++i) {
            bench.register_child(i);
        }
    });
    for (int i = 0; i < 20; ++i) {
        REQUIRE(facts->refold(tenant).has_value());
    }
    writer.join();
    const auto now = *facts->at(tenant);
    CHECK(now->version == 300);
    CHECK(test::facts_as_text(*now) == bench.folded_anew());
}

TEST_CASE("Who has which number is known after a start", "[dispatch][access]") {
    Bench bench;
    const std::string secret(32, 's');
    const auto number = access::PersonalNumber::parse("14831650010");
    REQUIRE(number.has_value());
    const base::Uuid child = test::case_stream(1).id;
    const auto start = [&](dispatch::PersonNumbers& numbers, store::EventLog& log) {
        auto facts = TenantFacts::follow(
            log, {}, std::make_unique<FactsRows>(*bench.table, &bench.subject.seal()), &numbers
        );
        REQUIRE(facts.has_value());
        return std::move(*facts);
    };
    {
        dispatch::PersonNumbers numbers(secret);
        const auto facts = start(numbers, bench.subject.log());
        bench.register_child(1);
        bench.tell(
            "person", 1, "person.identifier-linked", R"({"kind":"fnr","number":"14831650010"})"
        );
        CHECK(numbers.find(tenant, *number) == child);
        REQUIRE(facts->save().has_value());
    }
    CHECK(bench.rows().find("14831650010") == std::string::npos);
    {
        CountingLog log(bench.subject.log());
        dispatch::PersonNumbers numbers(secret);
        const auto facts = start(numbers, log);
        CHECK(log.read == 0);
        CHECK(numbers.find(tenant, *number) == child);
        // After an erasure everything is saved again, but for what is forgotten.
        REQUIRE(store::erase_stream(
                    bench.subject.stored(), bench.subject.keys().keys(),
                    {{test::domain_log(), {"person", child}}, {}, "GDPR.17", {}}
        ).has_value());
        numbers.forget(tenant, child);
        REQUIRE(facts->refold(tenant).has_value());
        bench.register_child(2);
        REQUIRE(facts->save().has_value());
    }
    dispatch::PersonNumbers numbers(secret);
    const auto facts = start(numbers, bench.subject.log());
    CHECK_FALSE(numbers.find(tenant, *number).has_value());
}
