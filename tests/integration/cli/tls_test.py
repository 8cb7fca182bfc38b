"""The doors behind TLS, or behind a proxy that has it: certificates, versions, who is believed."""

import asyncio
import base64
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import unittest
import urllib.error
import urllib.request

import websockets

from samvev_process import Server, samvev, wait_until
from xes_log import make_traces, to_xes


def make_certificate(folder, name, serial):
    """name.pem and name.key for localhost, one day long."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1",
         "-subj", "/CN=localhost", "-set_serial", str(serial), "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
         "-keyout", f"{folder}/{name}.key", "-out", f"{folder}/{name}.pem"],
        check=True, capture_output=True,
    )


class TlsServer(Server):
    """`samvev serve --dev` behind a certificate in a folder of its own."""

    def __init__(self, **options):
        self.folder = tempfile.mkdtemp(prefix="samvev-tls-")
        make_certificate(self.folder, "first", 1)
        make_certificate(self.folder, "second", 2)
        self.use("first")
        super().__init__(**options)
        self.environment = {
            "SAMVEV__TLS__CERTIFICATE": self.folder + "/server.pem", "SAMVEV__TLS__KEY": self.folder + "/server.key",
            **self.environment,
        }

    def use(self, name):
        shutil.copy(f"{self.folder}/{name}.key", self.folder + "/server.key")
        shutil.copy(f"{self.folder}/{name}.pem", self.folder + "/server.pem")

    def __exit__(self, *details):
        super().__exit__(*details)
        shutil.rmtree(self.folder)

    def trusting(self, name="first"):
        return ssl.create_default_context(cafile=f"{self.folder}/{name}.pem")

    def get(self, path, name="first"):
        return urllib.request.urlopen(self.url + path, timeout=60, context=self.trusting(name))

    def s_client(self, *arguments):
        """What openssl says of a handshake."""
        run = subprocess.run(
            ["openssl", "s_client", "-connect", f"127.0.0.1:{self.port_number()}", *arguments],
            input=b"", capture_output=True, timeout=60, check=False,
        )
        return (run.stdout + run.stderr).decode()

    def port_number(self):
        return int(self.url.rsplit(":", 1)[1])


class Tls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = TlsServer().start()

    @classmethod
    def tearDownClass(cls):
        code = cls.server.terminate()
        cls.server.__exit__(None, None, None)
        assert code == 0, code

    def test_ready_says_https_and_curl_believes_the_certificate(self):
        self.assertRegex(self.server.url, r"^https://127\.0\.0\.1:\d+$")
        run = subprocess.run(
            ["curl", "-s", "--cacert", self.server.folder + "/first.pem", "-i", self.server.url + "/livez"],
            capture_output=True, text=True, timeout=60, check=False,
        )
        self.assertIn("alive", run.stdout, run.stderr)
        distrusting = subprocess.run(["curl", "-s", self.server.url + "/livez"], capture_output=True, timeout=60, check=False)
        self.assertEqual(distrusting.returncode, 60)

    def test_a_call_and_a_document_larger_than_a_record_arrive_whole(self):
        token = self.server.import_token()
        with self.server.get("/openrpc.json") as answer:
            document = json.load(answer)
        self.assertEqual(document["servers"][1]["url"], "wss" + self.server.url.removeprefix("https") + "/ws/v1")
        request = urllib.request.Request(
            self.server.url + "/rpc/v1", json.dumps({"jsonrpc": "2.0", "id": 1, "method": "rpc.discover"}).encode(),
            {"Content-Type": "application/json", "Authorization": "Bearer " + token},
        )
        with urllib.request.urlopen(request, timeout=60, context=self.server.trusting()) as answer:
            self.assertEqual(json.load(answer)["result"]["openrpc"], "1.3.2")

    def test_a_web_socket_behind_tls(self):
        async def talk():
            headers = {"Authorization": "Bearer " + self.server.import_token()}
            url = "wss" + self.server.url.removeprefix("https") + "/ws/v1"
            async with websockets.connect(url, ssl=self.server.trusting(), extra_headers=headers, subprotocols=["samvev.v1"]) as web:
                self.assertTrue(json.loads(await web.recv())["params"]["authenticated"])
                await web.send('{"jsonrpc":"2.0","id":1,"method":"system.ping"}')
                self.assertEqual(json.loads(await web.recv())["result"], "pong")

        asyncio.run(talk())

    def test_a_log_is_imported_over_tls_from_a_server_that_proves_its_name(self):
        file = self.server.folder + "/log.xes"
        with open(file, "w", encoding="utf-8") as out:
            out.write(to_xes("tls", make_traces(7, 3)))
        environment = {**os.environ, "SAMVEV_TOKEN": self.server.import_token()}
        trusting = {**environment, "SSL_CERT_FILE": self.server.folder + "/first.pem"}
        arguments = ["import", "xes", file, "--patience", "1", "--json", "--server"]
        done = samvev(*arguments, self.server.url, env=trusting)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)["cases"], 3)
        stranger = samvev(*arguments, self.server.url, env={**environment, "SSL_CERT_FILE": self.server.folder + "/second.pem"})
        self.assertNotEqual(stranger.returncode, 0)
        self.assertIn("SSL_CERT_FILE", stranger.stderr)
        other_name = samvev(*arguments, self.server.url.replace("127.0.0.1", "127.0.0.2"), env=trusting)
        self.assertNotEqual(other_name.returncode, 0)
        readable = samvev(*arguments, "http://192.0.2.2:8470", env=trusting)
        self.assertNotEqual(readable.returncode, 0)
        self.assertIn("https", readable.stderr)

    def test_tls_1_2_and_1_3_with_forward_secrecy_and_nothing_older(self):
        modern = self.server.s_client("-tls1_3")
        self.assertRegex(modern, r"New, TLSv1\.3, Cipher is TLS_")
        self.assertRegex(self.server.s_client("-tls1_2"), r"New, TLSv1\.2, Cipher is ECDHE-ECDSA-(AES\d+-GCM|CHACHA20)")
        for version in ("-tls1_1", "-tls1"):
            self.assertRegex(self.server.s_client(version, "-cipher", "ALL:@SECLEVEL=0"), "protocol version|Cipher is \\(NONE\\)")
        for cipher in ("AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA", "DHE-RSA-AES128-GCM-SHA256"):
            self.assertIn("handshake failure", self.server.s_client("-tls1_2", "-cipher", cipher + ":@SECLEVEL=0"), cipher)
        self.assertIn("No ALPN negotiated", modern)
        self.assertNotIn("TLS session ticket:", modern)

    def test_http_1_1_is_chosen_and_a_client_without_it_is_told(self):
        self.assertIn("ALPN protocol: http/1.1", self.server.s_client("-alpn", "h2,http/1.1"))
        self.assertIn("no application protocol", self.server.s_client("-alpn", "h2"))

    def test_plain_http_is_answered_with_what_to_do(self):
        with socket.create_connection(("127.0.0.1", self.server.port_number()), 60) as raw:
            raw.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
            answer = b""
            while part := raw.recv(4096):
                answer += part
        self.assertTrue(answer.startswith(b"HTTP/1.1 400"), answer)
        self.assertIn(b"https://", answer)

    def test_nonsense_and_silence_hurt_nobody(self):
        for bytes_ in (b"\x16\x03\x01\xff\xff" + b"x" * 100, b"\x16" * 20000, b"\x00", b""):
            with socket.create_connection(("127.0.0.1", self.server.port_number()), 60) as raw:
                with contextlib.suppress(OSError):  # It may hang up at any byte.
                    raw.sendall(bytes_)
                    raw.shutdown(socket.SHUT_WR)
                    while raw.recv(4096):
                        pass
        with self.server.get("/livez") as answer:
            self.assertEqual(answer.status, 200)
        with self.server.get("/metrics") as answer:
            text = answer.read().decode()
        self.assertRegex(text, r"samvev_tls_handshakes_failed_total [1-9]")
        self.assertRegex(text, r"samvev_tls_certificate_not_after_seconds 1\.?\d+")

    def test_renegotiation_is_not_done(self):
        run = subprocess.Popen(  # pylint: disable=consider-using-with
            ["openssl", "s_client", "-tls1_2", "-connect", f"127.0.0.1:{self.server.port_number()}"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )
        out, _ = run.communicate(b"R\n", timeout=60)
        self.assertRegex(out.decode(), "no renegotiation|RENEGOTIATING")
        with self.server.get("/livez") as answer:
            self.assertEqual(answer.status, 200)


class Renewal(unittest.TestCase):
    def serial(self, server):
        text = ssl.get_server_certificate(("127.0.0.1", server.port_number()))
        run = subprocess.run(["openssl", "x509", "-noout", "-serial"], input=text.encode(), capture_output=True, check=True)
        return int(run.stdout.decode().split("=")[1], 16)

    def assert_alive(self, held):
        held.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answer = b""
        while not answer.endswith(b"alive\n"):
            answer += held.recv(4096)
        self.assertTrue(answer.startswith(b"HTTP/1.1 200"))

    def test_sighup_brings_the_new_certificate_and_leaves_open_connections_alone(self):
        with TlsServer() as server:
            with socket.create_connection(("127.0.0.1", server.port_number()), 60) as raw, \
                    server.trusting().wrap_socket(raw, server_hostname="localhost") as held:
                self.assertEqual(self.serial(server), 1)
                server.use("second")
                server.process.send_signal(signal.SIGHUP)
                wait_until(lambda: self.serial(server) == 2, "the new certificate")
                self.assert_alive(held)
                # Broken files change nothing.
                pathlib.Path(server.folder, "server.pem").write_text("no certificate", encoding="utf-8")
                server.process.send_signal(signal.SIGHUP)
                self.assert_alive(held)
                self.assertEqual(self.serial(server), 2)
            self.assertEqual(server.terminate(), 0)

    def test_without_tls_sighup_ends_the_server_in_peace(self):
        with Server() as server:
            server.process.send_signal(signal.SIGHUP)
            self.assertEqual(server.process.wait(timeout=60), 0)


class Exposure(unittest.TestCase):
    """What `config check` and `serve` say of settings that would be unsafe."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="samvev-exposure-")
        self.addCleanup(shutil.rmtree, self.folder)
        make_certificate(self.folder, "a", 1)
        make_certificate(self.folder, "b", 2)

    def check(self, text, *arguments):
        file = pathlib.Path(self.folder, "samvev.toml")
        file.write_text(text, encoding="utf-8")
        return samvev("config", "check", str(file), *arguments), file

    def refused(self, text, pattern, *arguments):
        run, _ = self.check(text, *arguments)
        self.assertEqual(run.returncode, 1, run.stdout)
        self.assertRegex(run.stderr, pattern)

    def test_an_address_of_the_network_needs_tls_or_a_declared_proxy(self):
        public = '[server]\nlisten = "0.0.0.0:8470"\n'
        self.refused(public, r"server\.listen 0\.0\.0\.0:8470 can be reached.*tls\.certificate.*trusted_proxies.*127\.0\.0\.1")
        self.refused('[server]\nlisten = "[::]:8470"\n', "can be reached from the network")
        self.refused('[server]\nlisten = "samvev.example:8470"\n', "can be reached from the network")
        self.assertEqual(self.check(public + 'trusted_proxies = "192.0.2.7"\n')[0].returncode, 0)
        tls = f'[tls]\ncertificate = "{self.folder}/a.pem"\nkey = "{self.folder}/a.key"\n'
        self.assertEqual(self.check(public + tls)[0].returncode, 0, self.check(public + tls)[0].stderr)
        self.refused(public + tls, "--dev is refused on 0.0.0.0:8470", "--dev")
        self.assertEqual(self.check(tls, "--dev")[0].returncode, 0)

    def test_serve_refuses_the_same_before_anything_is_made(self):
        for arguments in ([], ["--dev"]):
            run = samvev("serve", *arguments, "--data", self.folder + "/d", "--listen", "0.0.0.0:0", timeout=60)
            self.assertEqual((run.returncode, run.stdout), (1, ""))
            self.assertRegex(run.stderr, "--dev is refused" if arguments else "can be reached from the network")
            self.assertFalse(pathlib.Path(self.folder, "d").exists())

    def test_files_that_are_no_pair_are_told_apart(self):
        def pair(certificate, key):
            return f'[tls]\ncertificate = "{self.folder}/{certificate}"\nkey = "{self.folder}/{key}"\n'

        self.refused(f'[tls]\ncertificate = "{self.folder}/a.pem"\n', r"tls\.key: is missing")
        self.refused(f'[tls]\nkey = "{self.folder}/a.key"\n', r"tls\.certificate: is missing")
        self.refused(pair("a.pem", "b.key"), "key values mismatch|not the key of the certificate")
        self.refused(pair("none.pem", "a.key"), r"tls\.certificate .*none\.pem: ")
        self.refused(pair("a.key", "a.key"), r"tls\.certificate .*a\.key: ")
        self.refused(pair("a.pem", "none.key"), r"tls\.key .*none\.key: ")
        subprocess.run(["openssl", "ec", "-in", self.folder + "/a.key", "-aes256", "-passout", "pass:x", "-out",
                        self.folder + "/sealed.key"], check=True, capture_output=True)
        self.refused(pair("a.pem", "sealed.key"), "without a passphrase")
        pathlib.Path(self.folder, "a.key").chmod(0o644)
        self.refused(pair("a.pem", "a.key"), "can be read by everybody.*chmod 600")

    def test_a_proxy_is_an_address(self):
        self.refused('[server]\ntrusted_proxies = "proxy.example"\n', r"server\.trusted_proxies: 'proxy\.example' is no address")
        self.refused('[server]\nforwarded_header = "x-real-ip"\n', "is not one of the values of server.forwarded_header")


class Proxies(unittest.TestCase):
    """Whose word is taken for where a request comes from."""

    settings = {"SAMVEV__SERVER__CONNECTIONS_PER_ADDRESS": "2", "SAMVEV__LOG__LEVEL": "debug"}

    def open_for(self, server, client, header="X-Forwarded-For"):
        """A WebSocket as a proxy would open it for `client`; its first line of answer."""
        raw = socket.create_connection(("127.0.0.1", int(server.url.rsplit(":", 1)[1])), 60)
        self.addCleanup(raw.close)
        raw.sendall(
            f"GET /ws/v1 HTTP/1.1\r\nHost: {server.url.removeprefix('http://')}\r\n{header}: {client}\r\nConnection: Upgrade\r\n"
            "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode())
        return raw.recv(4096).split(b"\r\n")[0]

    def test_a_trusted_proxys_clients_have_their_own_seats(self):
        with Server(environment={**self.settings, "SAMVEV__SERVER__TRUSTED_PROXIES": "127.0.0.1"}, log=True) as server:
            for client in ("203.0.113.1", "203.0.113.1:4711", "6.6.6.6, 203.0.113.2", "203.0.113.2", "2001:db8::1", "2001:db8::2"):
                self.assertIn(b"101", self.open_for(server, client), client)
            for client in ("203.0.113.1", "6.6.6.7, 203.0.113.2", "2001:db8::3"):
                self.assertIn(b"503", self.open_for(server, client), client)
            # The other header is not the proxy's own word.
            for _ in range(3):
                self.assertIn(b"101", self.open_for(server, "for=203.0.113.9", "Forwarded"))
            server.terminate()
            self.assertRegex(server.log_text(), r"event=session_opened .*remote=203\.0\.113\.2\b")
            self.assertNotIn("6.6.6.6", server.log_text())

    def test_nobody_else_is_believed(self):
        with Server(environment={**self.settings, "SAMVEV__SERVER__TRUSTED_PROXIES": "192.0.2.7"}, log=True) as server:
            for _ in range(4):
                self.assertIn(b"101", self.open_for(server, "203.0.113.1"))
            server.terminate()
            self.assertNotIn("203.0.113.1", server.log_text())

    def test_an_idle_connection_of_the_proxy_is_nobodys(self):
        with Server(environment={**self.settings, "SAMVEV__SERVER__TRUSTED_PROXIES": "127.0.0.1"}) as server:
            for _ in range(6):
                raw = socket.create_connection(("127.0.0.1", int(server.url.rsplit(":", 1)[1])), 60)
                self.addCleanup(raw.close)
                raw.sendall(b"GET /livez HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 203.0.113.1\r\n\r\n")
                self.assertTrue(raw.recv(4096).startswith(b"HTTP/1.1 200"))

    def test_without_tls_only_proxies_may_connect_over_the_network(self):
        address = re.search(r"src (\S+)", subprocess.run(["ip", "route", "get", "192.0.2.1"], capture_output=True, text=True,
                                                        check=False).stdout) if shutil.which("ip") else None
        if address is None:
            self.skipTest("this machine has no address on a network")
        with tempfile.TemporaryDirectory() as folder:
            issuer = (f'[server]\nlisten = "{address[1]}:0"\ntrusted_proxies = "192.0.2.7"\n[data]\ndirectory = "{folder}/data"\n'
                      f'[keys]\nmaster_key_file = "{folder}/master.key"\ndirectory = "{folder}/keys"\n'
                      f'[[issuer]]\nprofile = "rfc9068"\nissuer = "https://i.example"\naudience = "a"\njwks_file = "{folder}/keys.json"\n'
                      'tenants = {"991825827" = 9999}\n')
            master = pathlib.Path(folder, "master.key")
            master.write_text("01" * 32 + "\n", encoding="utf-8")
            master.chmod(0o600)
            make_certificate(folder, "issuer", 1)
            public = subprocess.run(["openssl", "ec", "-in", folder + "/issuer.key", "-pubout", "-outform", "DER"],
                                    capture_output=True, check=True).stdout
            x, y = (base64.urlsafe_b64encode(part).decode().rstrip("=") for part in (public[-64:-32], public[-32:]))
            key = {"kty": "EC", "crv": "P-256", "x": x, "y": y, "kid": "k", "alg": "ES256", "use": "sig"}
            pathlib.Path(folder, "keys.json").write_text(json.dumps({"keys": [key]}), encoding="utf-8")
            pathlib.Path(folder, "samvev.toml").write_text(issuer, encoding="utf-8")
            with Server(development=False, arguments=("--config", folder + "/samvev.toml")) as server:
                with self.assertRaises(urllib.error.HTTPError) as refused:
                    urllib.request.urlopen(server.url + "/livez", timeout=60)
                self.assertEqual(refused.exception.code, 403)


if __name__ == "__main__":
    unittest.main()
