// Real issuers' tokens, as another implementation makes them, against `samvev serve` without --dev.

import assert from 'node:assert/strict';
import { execFile, execFileSync, spawn } from 'node:child_process';
import { createHash, randomUUID, webcrypto } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

import * as jose from 'jose';
import WebSocket from 'ws';

globalThis.crypto ??= webcrypto; // jose wants it; Debian 12's Node 18 does not set it

const binary = process.env.SAMVEV_BINARY;
const organisation = { authority: 'iso6523-actorid-upis', ID: '0192:991825827' };
const scope = 'fjordvik:samvev.write';
const publicUrl = 'https://samvev.fjordvik.example';

let folder;
let server;
let url;
let keyServer;
let keyRequests = 0;
const secure = {}; // name -> server that publishes the keys over https
const keys = {};
const published = [];

async function addKey(name, alg) {
  const pair = await jose.generateKeyPair(alg, { extractable: true });
  keys[name] = { ...pair, alg };
  return { ...(await jose.exportJWK(pair.publicKey)), kid: name, alg, use: 'sig' };
}

const machine = () => ({ scope, consumer: organisation, client_amr: 'private_key_jwt', client_id: randomUUID() });

function mint(issuer, claims, { key = 'rs', header = {}, lifetime = '2m' } = {}) {
  return new jose.SignJWT(claims)
    .setProtectedHeader({ alg: keys[key].alg, kid: key, ...header })
    .setIssuer(issuer)
    .setIssuedAt()
    .setJti(randomUUID())
    .setExpirationTime(lifetime)
    .sign(keys[key].privateKey);
}

const maskinporten = 'https://maskinporten.example/';
const helseid = 'https://helseid.example';
const idporten = 'https://idporten.example';

async function call(token, { scheme = 'Bearer', headers = {}, method = 'me.waiting' } = {}) {
  const response = await fetch(url + '/rpc/v1', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `${scheme} ${token}`, ...headers },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: {} }),
  });
  return { status: response.status, body: await response.json() };
}

// "accepted", or why not.
async function verdict(token, options) {
  const { status, body } = await call(token, options);
  if (status === 503) {
    return 'unavailable';
  }
  const text = JSON.stringify(body);
  return status === 401 ? (/"reason":"([a-z_]+)"/.exec(text)?.[1] ?? text) : 'accepted';
}

// The verdict once the issuer's keys have been fetched; the server does so by itself when it starts.
async function onceFetched(ask) {
  const deadline = Date.now() + 10000;
  let answer = await ask();
  while (answer === 'unavailable' && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    answer = await ask();
  }
  return answer;
}

function socket(options) {
  const ws = new WebSocket(url.replace('http', 'ws') + '/ws/v1', ...options);
  return new Promise((resolve, reject) => {
    ws.once('message', (data) => resolve({ ws, hello: JSON.parse(data) }));
    ws.once('error', reject);
  });
}

// A server for localhost with a certificate of its own.
async function publishSecurely(name) {
  const [key, cert] = [join(folder, name + '.key'), join(folder, name + '.pem')];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1',
    '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', cert], { stdio: 'pipe' });
  const answer = (request, response) => response.end(JSON.stringify({ keys: published }));
  secure[name] = createSecureServer({ key: readFileSync(key), cert: readFileSync(cert) }, answer);
  secure[name].on('tlsClientError', () => {});
  await new Promise((resolve) => secure[name].listen(0, '127.0.0.1', resolve));
  return cert;
}

const secureIssuer = (name, host, port) => `
[[issuer]]
profile = "rfc9068"
issuer = "https://${name}.example"
jwks_uri = "https://${host}:${port}/jwks"
audience = "samvev"
tenants = {"991825827" = 9999}
[[issuer.service]]
organisation = "991825827"
name = "${name}"
tenant = 9999
`;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'samvev-issuers-'));
  published.push(await addKey('rs', 'RS256'), await addKey('ps', 'PS384'), await addKey('es', 'ES256'));
  published.push({ ...(await addKey('ed', 'EdDSA')) });
  keyServer = createServer((request, response) => {
    keyRequests += 1;
    response.setHeader('content-type', 'application/jwk-set+json');
    response.end(JSON.stringify({ keys: published }));
  });
  await new Promise((resolve) => keyServer.listen(0, '127.0.0.1', resolve));
  const trustedCertificate = await publishSecurely('trusted');
  await publishSecurely('untrusted');
  writeFileSync(join(folder, 'keys.json'), JSON.stringify({ keys: published }));
  writeFileSync(join(folder, 'master.key'), '01'.repeat(32) + '\n', { mode: 0o600 });
  writeFileSync(join(folder, 'samvev.toml'), `
[server]
listen = "127.0.0.1:0"
public_url = "${publicUrl}"
[data]
directory = "${folder}/data"
[keys]
master_key_file = "${folder}/master.key"
directory = "${folder}/keys"

[[issuer]]
profile = "maskinporten"
issuer = "${maskinporten}"
jwks_file = "${folder}/keys.json"
required_scope_prefix = "fjordvik:samvev"
client_id = "samvev-workspace"
[[issuer.service]]
organisation = "991825827"
name = "school-import"
tenant = 9999
roles = ["service:import"]

[[issuer]]
profile = "helseid"
issuer = "${helseid}"
jwks_uri = "http://127.0.0.1:${keyServer.address().port}/jwks"
audience = "fjordvik:samvev"
min_loa = "high"
dpop = "require"
tenants = {"991825827" = 9999}
[[issuer.service]]
organisation = "991825827"
name = "journal"
tenant = 9999

[[issuer]]
profile = "idporten"
issuer = "${idporten}"
jwks_file = "${folder}/keys.json"
audience = "unspecified"
required_scope_prefix = "fjordvik:samvev"
min_loa = "high"
tenants = {"991825827" = 9999}
` + secureIssuer('misnamed', '127.0.0.1', secure.trusted.address().port)
    + secureIssuer('untrusted', 'localhost', secure.untrusted.address().port)
    + secureIssuer('trusted', 'localhost', secure.trusted.address().port));
  server = spawn(binary, ['serve', '--config', join(folder, 'samvev.toml')], {
    stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, SSL_CERT_FILE: trustedCertificate },
  });
  const lines = createInterface({ input: server.stdout });
  url = await new Promise((resolve, reject) => {
    lines.once('line', (line) => resolve(line.replace('ready ', '').trim()));
    server.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
});

after(async () => {
  if (server?.exitCode === null) {
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGTERM');
    assert.equal(await ended, 0);
  }
  keyServer?.close();
  Object.values(secure).forEach((one) => one.close());
  rmSync(folder, { recursive: true, force: true });
});

test('a program of Maskinporten is its service account', async () => {
  const token = await mint(maskinporten, machine());
  assert.equal(await verdict(token), 'accepted');
  const { ws, hello } = await socket([['samvev.v1'], { headers: { authorization: `Bearer ${token}` } }]);
  assert.equal(hello.params.authenticated, true);
  ws.close();
});

test('the token comes in a subprotocol or in-band just as well', async () => {
  const token = await mint(maskinporten, machine());
  const credential = 'samvev.bearer.' + Buffer.from(token).toString('base64url');
  const offered = await socket([['samvev.v1', credential]]);
  assert.equal(offered.hello.params.authenticated, true);
  assert.equal(offered.ws.protocol, 'samvev.v1');
  offered.ws.close();

  const { ws, hello } = await socket([['samvev.v1']]);
  assert.equal(hello.params.authenticated, false);
  const answer = new Promise((resolve) => ws.once('message', (data) => resolve(JSON.parse(data))));
  ws.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'session.authenticate', params: { token } }));
  const { result } = await answer;
  assert.equal(result.kind, 'service');
  assert.equal(result.subject, 'school-import');
  assert.equal(result.tenant, '9999');
  assert.deepEqual(result.roles, ['service:import']);
  ws.close();
});

test('what is wrong with a token is told by a reason', async () => {
  const other = { ...organisation, ID: '0192:889640782' };
  const cases = {
    scope: await mint(maskinporten, { ...machine(), scope: 'other:scope' }),
    unknown: await mint(maskinporten, { ...machine(), consumer: other }),
    audience: await mint(maskinporten, { ...machine(), aud: 'https://other.example' }),
    claims: await mint(maskinporten, { ...machine(), consumer: undefined }),
    type: await mint(maskinporten, { ...machine(), nonce: 'n' }),
    issuer: await mint('https://other.example', machine()),
    expired: await mint(maskinporten, machine(), { lifetime: Math.floor(Date.now() / 1000) - 600 }),
    signature: await mint(maskinporten, machine(), { header: { kid: 'es' } }),
  };
  for (const [reason, token] of Object.entries(cases)) {
    assert.equal(await verdict(token), reason);
  }
});

test('an algorithm that the profile does not have is refused, EdDSA and none everywhere', async () => {
  assert.equal(await verdict(await mint(maskinporten, machine(), { key: 'ps' })), 'algorithm');
  assert.equal(await verdict(await mint(helseid, machine(), { key: 'ed' })), 'algorithm');
  const unsecured = new jose.UnsecuredJWT(machine()).setIssuer(maskinporten).setExpirationTime('2m').encode();
  assert.equal(await verdict(unsecured), 'algorithm');
  const hmac = await new jose.SignJWT(machine())
    .setProtectedHeader({ alg: 'HS256', kid: 'rs' })
    .setIssuer(maskinporten)
    .setExpirationTime('2m')
    .sign(new TextEncoder().encode(await jose.exportSPKI(keys.rs.publicKey)));
  assert.equal(await verdict(hmac), 'algorithm');
});

test('a citizen of ID-porten is let as far as the directory, and no id_token is', async () => {
  const claims = {
    scope: 'openid ' + scope, consumer: organisation, client_id: 'c', sub: 'pairwise', aud: 'unspecified',
    acr: 'idporten-loa-high', pid: '17912099997',
  };
  assert.equal(await verdict(await mint(idporten, claims)), 'unknown');
  assert.equal(await verdict(await mint(idporten, { ...claims, acr: 'idporten-loa-substantial' })), 'login_level');
  assert.equal(await verdict(await mint(idporten, { ...claims, scope: undefined, aud: 'c', at_hash: 'h' })), 'type');
  assert.equal(await verdict(await mint(idporten, { ...claims, consumer: { ...organisation, ID: '0192:889640782' } })), 'tenant');
});

test('HelseID: keys from an address, and every token bound to a key', async () => {
  const holder = await jose.generateKeyPair('ES256', { extractable: true });
  const jwk = await jose.exportJWK(holder.publicKey);
  const claims = {
    scope: ['fjordvik:samvev/api'], aud: 'fjordvik:samvev', client_id: 'h',
    'helseid://claims/client/claims/orgnr_parent': '991825827',
  };
  const bound = await mint(helseid, { ...claims, cnf: { jkt: await jose.calculateJwkThumbprint(jwk) } }, {
    key: 'es', header: { typ: 'at+jwt' },
  });
  const proof = (changes = {}) => new jose.SignJWT({
    htm: 'POST', htu: publicUrl + '/rpc/v1', jti: randomUUID(),
    ath: createHash('sha256').update(bound).digest('base64url'), ...changes,
  }).setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk }).setIssuedAt().sign(holder.privateKey);
  const present = async (dpop) => verdict(bound, { scheme: 'DPoP', headers: { dpop } });

  assert.equal(await onceFetched(async () => present(await proof())), 'accepted');
  assert.equal(keyRequests, 1);

  const once = await proof();
  assert.equal(await present(once), 'accepted');
  assert.equal(await present(once), 'proof');
  assert.equal(await present(await proof({ htu: 'https://evil.example/rpc/v1' })), 'proof');
  assert.equal(await present(await proof({ ath: 'x' })), 'proof');
  assert.equal(await verdict(bound), 'proof');
  assert.equal(await verdict(await mint(helseid, claims, { key: 'ps', header: { typ: 'JWT' } })), 'proof');

  const handshake = await proof({ htm: 'GET', htu: publicUrl + '/ws/v1' });
  const { ws, hello } = await socket([
    ['samvev.v1'], { headers: { authorization: `DPoP ${bound}`, dpop: handshake } },
  ]);
  assert.equal(hello.params.authenticated, true);
  ws.close();
});

test('keys come over https from whom this machine trusts, by its name, and from nobody else', async () => {
  const token = (name) => mint(`https://${name}.example`, {
    aud: 'samvev', sub: 'program', client_id: 'program', consumer: organisation,
  }, { key: 'es', header: { typ: 'at+jwt' } });
  const trusted = await token('trusted');
  assert.equal(await onceFetched(() => verdict(trusted)), 'accepted');
  // Fetched one after the other, in the order of the file: the others have been tried by now.
  assert.equal(await verdict(await token('misnamed')), 'unavailable');
  assert.equal(await verdict(await token('untrusted')), 'unavailable');
});

async function postLogout(token, headers = {}) {
  const response = await fetch(url + '/logout/v1', {
    method: 'POST', body: new URLSearchParams({ logout_token: token }), headers,
  });
  return { status: response.status, body: await response.json(), headers: response.headers };
}

const logoutEvent = { 'http://schemas.openid.net/event/backchannel-logout': {} };
const logoutToken = (claims, options = {}) => mint(maskinporten, {
  aud: 'samvev-workspace', events: logoutEvent, ...claims,
}, { header: { typ: 'logout+jwt' }, ...options });

test('back-channel logout closes the sockets of the session and refuses its tokens, and no others', async () => {
  const [sid, other] = [randomUUID(), randomUUID()];
  const connect = async (claims) => {
    const token = await mint(maskinporten, { ...machine(), ...claims });
    const { ws } = await socket([['samvev.v1'], { headers: { authorization: `Bearer ${token}` } }]);
    const closed = new Promise((resolve) => ws.once('close', resolve));
    return { token, ws, closed };
  };
  const ended = [await connect({ sid }), await connect({ sid })];
  const stays = await connect({ sid: other });

  const answer = await postLogout(await logoutToken({ sid }));
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  assert.equal(answer.headers.get('cache-control'), 'no-store');
  assert.deepEqual(await Promise.all(ended.map((one) => one.closed)), [4401, 4401]);
  for (const one of ended) {
    assert.equal(await verdict(one.token), 'revoked');
  }
  assert.equal(await verdict(stays.token), 'accepted');
  assert.equal(stays.ws.readyState, WebSocket.OPEN);

  // A subject: every session of it.
  const sub = randomUUID();
  const third = await connect({ sub, sid: randomUUID() });
  assert.equal((await postLogout(await logoutToken({ sub }))).status, 200);
  assert.equal(await third.closed, 4401);
  assert.equal(await verdict(third.token), 'revoked');
  assert.equal(stays.ws.readyState, WebSocket.OPEN);
  stays.ws.close();
});

test('what is no logout token of a trusted issuer for this server is 400', async () => {
  const sid = randomUUID();
  const wrong = [
    await logoutToken({ sid, nonce: 'n' }),
    await logoutToken({ sid, events: undefined }),
    await logoutToken({ sid, events: { other: {} } }),
    await logoutToken({}),
    await logoutToken({ sid, aud: 'other' }),
    await logoutToken({ sid }, { header: { typ: 'logout+jwt', kid: 'es' } }),
    await mint('https://other.example', { aud: 'samvev-workspace', events: logoutEvent, sid }),
    await mint(maskinporten, machine()),
    'nonsense', '',
  ];
  for (const token of wrong) {
    const { status, body } = await postLogout(token);
    assert.equal(status, 400, token);
    assert.equal(body.error, 'invalid_request');
    assert.ok(body.error_description);
  }
  const token = await logoutToken({ sid });
  assert.equal((await fetch(url + '/logout/v1')).status, 405);
  assert.equal((await fetch(url + '/logout/v1', { method: 'POST', body: token })).status, 415);
  assert.equal((await fetch(url + '/logout/v1', { method: 'POST', body: new URLSearchParams([
    ['logout_token', token], ['logout_token', token],
  ]) })).status, 400);
});

test('config check says what to do', async () => {
  const file = join(folder, 'bad.toml');
  writeFileSync(file, '[[issuer]]\nprofile = "idporten"\nissuer = "https://i.example"\naudience = "unspecified"\n'
    + 'jwks_uri = "http://i.example/jwks"\nmin_lao = "high"\n');
  await assert.rejects(promisify(execFile)(binary, ['config', 'check', file]), (error) => {
    assert.match(error.stderr, /bad\.toml:5: issuer\.jwks_uri: keys are fetched over https/);
    assert.match(error.stderr, /bad\.toml:6: issuer\.min_lao is not a key here; did you mean 'min_loa'\?/);
    return true;
  });
});
