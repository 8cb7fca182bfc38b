"""serve --dev has a clock that can be set: years ahead, without locking anybody out."""

import unittest

from samvev_process import Server

ADA = ("--staff", "0192f0c1-0000-7000-8000-000000002001", "--role", "coordinator")


class Clock(unittest.TestCase):
    def test_a_token_outlives_a_clock_that_is_set_ahead(self):
        with Server() as server:
            token = server.token(*ADA)
            for time in ("2027-03-23T08:00:00Z", "2031-01-01T00:00:00Z"):
                set_to = server.call(token, "dev.set-clock", {"now": time})
                self.assertIn("result", set_to, set_to)
                shown = server.call(token, "dev.clock", {})["result"]["now"]
                self.assertEqual(shown[:10], time[:10])
            self.assertIn("result", server.call(server.token(*ADA), "me.waiting", {}))

    def test_it_never_goes_back(self):
        with Server() as server:
            refused = server.call(server.token(*ADA), "dev.set-clock", {"now": "2001-01-01T00:00:00Z"})
            self.assertEqual(refused["error"]["code"], -32602)
            self.assertIn("never goes back", refused["error"]["data"]["detail"])


if __name__ == "__main__":
    unittest.main()
