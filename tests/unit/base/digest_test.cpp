#include "base/digest.hpp"

#include <catch2/catch.hpp>

using namespace samvev::base;

TEST_CASE("SHA-256 and HMAC give the published vectors", "[base][digest]") {
    CHECK(
        to_hex(as_view(sha256("abc"))) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
    // RFC 4231, test case 2.
    CHECK(
        to_hex(as_view(hmac_sha256("Jefe", "what do ya want for nothing?"))) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    );
    // An empty key is a key, also after another one.
    CHECK(
        to_hex(as_view(hmac_sha256("", ""))) ==
        "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"
    );
    // RFC 4231, test case 6: a key longer than a block.
    CHECK(
        to_hex(as_view(hmac_sha256(
            std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First"
        ))) == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    );
    Sha256 steps;
    steps.update("a");
    steps.update("bc");
    CHECK(steps.finish() == sha256("abc"));
}

TEST_CASE("Base64url has no padding and the URL alphabet", "[base][digest]") {
    CHECK(to_base64url("") == "");
    CHECK(to_base64url("\xfb\xff") == "-_8");
    CHECK(to_base64url("foobar") == "Zm9vYmFy");
}
