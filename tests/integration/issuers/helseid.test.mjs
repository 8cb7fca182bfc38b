// Health personnel log in at an issuer as HelseID is: its clients are known by a key alone (private_key_jwt), their wishes
// are pushed (PAR), and every token is bound to a key (DPoP) by a proof with the issuer's nonce. npm's oidc-provider, against
// `samvev serve` without --dev.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID, webcrypto } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import * as jose from 'jose';

import { Browser, freePort, publicUrl, serve, stop } from './town.mjs';

globalThis.crypto ??= webcrypto;
const { Provider } = await import('oidc-provider');

const callback = publicUrl + '/login/v1/callback';
const scope = 'fjordvik:samvev.write';
const school = '0192f0c1-0000-7000-8000-000000001005';
const nurse = { person: randomUUID(), staff: randomUUID(), pid: '17838410022' };

let folder;
let child;
let url;
let providerServer;
let asked; // what the token endpoint and the push were sent, newest last

async function startProvider(clientKey) {
  const pair = await jose.generateKeyPair('PS256', { extractable: true });
  const jwk = { ...(await jose.exportJWK(pair.privateKey)), kid: 'ps', alg: 'PS256', use: 'sig' };
  providerServer = createServer();
  await new Promise((resolve) => providerServer.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${providerServer.address().port}`;
  const provider = new Provider(issuer, {
    jwks: { keys: [jwk] },
    clients: [{
      client_id: 'samvev-workspace', token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [clientKey] },
      redirect_uris: [callback], response_types: ['code'], grant_types: ['authorization_code'],
      id_token_signed_response_alg: 'PS256', dpop_bound_access_tokens: true, require_pushed_authorization_requests: true,
    }],
    scopes: ['openid', scope],
    cookies: { keys: ['k'] },
    enabledJWA: {
      clientAuthSigningAlgValues: ['PS256', 'ES256'], idTokenSigningAlgValues: ['PS256'], dPoPSigningAlgValues: ['ES256'],
    },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    extraTokenClaims: () => ({
      'helseid://claims/identity/pid': nurse.pid, 'helseid://claims/identity/security_level': '4',
      'helseid://claims/client/claims/orgnr_parent': '991825827',
    }),
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: true, nonceSecret: Buffer.alloc(32, 7), requireNonce: () => true },
      pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: true },
      resourceIndicators: {
        enabled: true, defaultResource: () => publicUrl, useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope, audience: 'fjordvik:samvev', accessTokenTTL: 300, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'PS256' } },
        }),
      },
    },
  });
  provider.use(async (context, next) => {
    await next();
    if (context.method === 'POST' && ['/token', '/request'].includes(context.path)) {
      asked.push({
        path: context.path, status: context.status, error: context.body?.error, form: context.oidc?.body ?? {},
        authorization: context.get('authorization'), proof: context.get('dpop'),
      });
    }
  });
  const answer = provider.callback();
  providerServer.on('request', async (request, response) => {
    if (!request.url.startsWith('/interaction/')) {
      answer(request, response);
      return;
    }
    const { prompt, params, session } = await provider.interactionDetails(request, response);
    if (prompt.name === 'login') {
      await provider.interactionFinished(request, response, { login: { accountId: 'nurse' } }, { mergeWithLastSubmission: false });
      return;
    }
    const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
    grant.addOIDCScope(`openid ${scope}`);
    grant.addResourceScope(publicUrl, scope);
    const grantId = await grant.save();
    await provider.interactionFinished(request, response, { consent: { grantId } }, { mergeWithLastSubmission: true });
  });
  return issuer;
}

async function employ() {
  const token = (...who) => execFileSync(process.env.SAMVEV_BINARY, [
    'token', '--data', join(folder, 'data'), '--tenant', '9999', ...who]).toString().trim();
  const send = async (as, method, params) => {
    const response = await fetch(url + '/rpc/v1', {
      method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${as}` },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { commandId: randomUUID(), ...params } }),
    });
    const body = await response.json();
    assert.ok(body.result, JSON.stringify(body));
  };
  const liv = token('--staff', '0192f0c1-0000-7000-8000-000000002011', '--role', 'coordinating-unit');
  const jon = token('--staff', '0192f0c1-0000-7000-8000-000000002015', '--role', 'administrator');
  await send(liv, 'person.register-person', {
    personId: nurse.person, givenName: 'Pia', familyName: 'Prøve', birthDate: '1984-03-17',
    identifier: { kind: 'fnr', number: nurse.pid },
  });
  await send(jon, 'organisation.register-staff', {
    staffId: nurse.staff, displayName: 'Pia Prøve', unitId: school, personId: nurse.person,
  });
  await send(jon, 'organisation.assign-staff-role', {
    staffId: nurse.staff, assignmentId: randomUUID(), role: 'participant', unitId: school,
  });
}

const file = (name, text, mode = 0o600) => {
  writeFileSync(join(folder, name), text, { mode });
  chmodSync(join(folder, name), mode);
  return join(folder, name);
};

let issuer;
let key;
let pem;
let publicKey;
const config = async (keyFile) => file('samvev.toml', `
[server]
listen = "127.0.0.1:${await freePort()}"
public_url = "${publicUrl}"
[data]
directory = "${folder}/data"
[keys]
master_key_file = "${file('master.key', '01'.repeat(32) + '\n')}"
directory = "${folder}/keys"
[[issuer]]
profile = "helseid"
issuer = "${issuer}"
jwks_uri = "${issuer}/jwks"
audience = "fjordvik:samvev"
client_id = "samvev-workspace"
client_key_file = "${keyFile}"
login_metadata = "${issuer}/.well-known/openid-configuration"
login_scope = "${scope}"
login_resource = "${publicUrl}"
dpop = "require"
tenants = {"991825827" = 9999}
`);

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'samvev-helseid-'));
  asked = [];
  const pair = await jose.generateKeyPair('PS256', { extractable: true });
  key = { ...(await jose.exportJWK(pair.privateKey)), kid: 'mine', alg: 'PS256' };
  publicKey = pair.publicKey;
  pem = await jose.exportPKCS8(pair.privateKey);
  issuer = await startProvider({ ...(await jose.exportJWK(pair.publicKey)), kid: 'mine', alg: 'PS256', use: 'sig' });
  const settings = await config(file('client.jwk', JSON.stringify(key)));
  const played = await serve(settings, ['--dev', '--demo', process.env.SAMVEV_DEMO]);
  url = played.at;
  await employ();
  await stop(played.child);
});

after(async () => {
  await stop(child);
  providerServer?.close();
  providerServer?.closeAllConnections();
  rmSync(folder, { recursive: true, force: true });
});

async function logIn() {
  const browser = new Browser(url);
  for (let i = 0; (await browser.go('/login/v1')).status === 503; i += 1) { // Its metadata is on the way.
    assert.ok(i < 100, 'the metadata was never fetched');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  asked.length = 0;
  const { response } = await browser.follow(`/login/v1?to=/&unit=${school}&purpose=coordination`, (at) => (
    at.origin === publicUrl && at.pathname === '/'));
  assert.equal(response.status, 303, await response.text());
  return (await (await browser.go('/login/v1/session')).json()).principal;
}

for (const [form, text] of [
  ['a JWK', () => JSON.stringify(key)],
  ['PEM', () => pem],
]) {
  test(`a client with a key in ${form} logs health personnel in`, async () => {
    await stop(child);
    const started = await serve(await config(file('client.key', text())), []);
    child = started.child;
    url = started.at;
    const principal = await logIn();
    assert.equal(principal.subject, nurse.staff);
    assert.equal(principal.unit, school);

    const [push, first, second] = asked;
    assert.deepEqual(asked.map((one) => one.path), ['/request', '/token', '/token']);
    assert.equal(push.status, 201);
    assert.equal(first.error, 'use_dpop_nonce');
    assert.equal(second.status, 200);
    const used = new Set();
    for (const one of asked) {
      assert.equal(one.authorization, '');
      assert.equal(one.form.client_secret, undefined);
      const { payload, protectedHeader } = await jose.jwtVerify(
        one.form.client_assertion, publicKey, { issuer: 'samvev-workspace', audience: issuer });
      assert.equal(protectedHeader.alg, 'PS256');
      assert.equal(payload.sub, 'samvev-workspace');
      assert.ok(payload.exp - payload.iat <= 60);
      used.add(payload.jti);
    }
    assert.equal(used.size, 3, 'an assertion is used once');
    assert.equal(jose.decodeProtectedHeader(second.proof).typ, 'dpop+jwt');
    assert.ok(jose.decodeJwt(second.proof).nonce);
    assert.equal(jose.decodeProtectedHeader(second.proof).jwk.d, undefined);
    assert.equal(push.form.dpop_jkt, await jose.calculateJwkThumbprint(jose.decodeProtectedHeader(second.proof).jwk));
  });
}

test('a key that the issuer does not know lets nobody in', async () => {
  await stop(child);
  const stranger = await jose.generateKeyPair('PS256', { extractable: true });
  const started = await serve(await config(file('client.key', await jose.exportPKCS8(stranger.privateKey))), []);
  child = started.child;
  url = started.at;
  const browser = new Browser(url);
  asked.length = 0;
  for (let i = 0; asked.length === 0; i += 1) { // Until its metadata is there: then it is asked, and refuses.
    assert.ok(i < 100, 'the issuer was never asked');
    assert.equal((await browser.go('/login/v1')).status, 503);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.equal(asked[0].error, 'invalid_client');
  const response = await browser.go('/login/v1');
  assert.equal(response.status, 503);
  assert.match((await response.json()).detail, /does not take the wish/);
});

test('a key that others can read is not used', async () => {
  await stop(child);
  child = undefined;
  const settings = await config(file('client.key', JSON.stringify(key), 0o644));
  assert.throws(() => execFileSync(process.env.SAMVEV_BINARY, ['serve', '--config', settings], { stdio: 'pipe' }), (error) => {
    assert.match(error.stderr.toString(), /client_key_file: .*chmod 600/);
    return true;
  });
});
