// People of Fjordvik by the tokens and logins of real issuers: a browser at npm's oidc-provider, and
// tokens of Norwegian shape, against `samvev serve` without --dev on data that was played with it.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID, webcrypto } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import * as jose from 'jose';
import WebSocket from 'ws';

import { Browser, freePort, publicUrl, serve, stop } from './town.mjs';

globalThis.crypto ??= webcrypto;
const { Provider } = await import('oidc-provider');

const binary = process.env.SAMVEV_BINARY;
const demo = process.env.SAMVEV_DEMO;
const callback = publicUrl + '/login/v1/callback';
const organisation = { authority: 'iso6523-actorid-upis', ID: '0192:991825827' };
const otherOrganisation = { authority: 'iso6523-actorid-upis', ID: '0192:889640782' };
const scope = 'fjordvik:samvev.write';
const ansattporten = 'https://ansattporten.example';
const helseid = 'https://helseid.example';
const idporten = 'https://idporten.example';
const maskinporten = 'https://maskinporten.example/';

const caseA = '0192f0c1-0000-7000-8000-00000000c001';
const lo = { id: '0192f0c1-0000-7000-8000-000000003001', pid: '12851660095' };
const marte = { id: '0192f0c1-0000-7000-8000-000000003101', pid: '11828620012' };
const marteAtWork = '0192f0c1-0000-7000-8000-0000000abc02';
const pia = { id: '0192f0c1-0000-7000-8000-0000000abc01', pid: '17838410022' };
const tone = { id: '0192f0c1-0000-7000-8000-0000000abc04', pid: '21847510061', born: '1975-04-21' };
const toneAtWork = '0192f0c1-0000-7000-8000-000000002018';
const ruth = { id: '0192f0c1-0000-7000-8000-0000000abc05', pid: '09886810188', born: '1968-08-09' };
const ruthAtWork = '0192f0c1-0000-7000-8000-000000002016';
const piaAtWork = '0192f0c1-0000-7000-8000-0000000abc03';
const school = '0192f0c1-0000-7000-8000-000000001005';
const ppt = '0192f0c1-0000-7000-8000-000000001007';
const stranger = '09869110075';

let folder;
let server;
let url;
let provider;
let providerServer;
let issuer;
let key;
let nextLogin = 'marte'; // who sits at the browser
const accounts = {
  marte: { pid: marte.pid, acr: 'idporten-loa-high' },
  weak: { pid: marte.pid, acr: 'idporten-loa-substantial' },
  stranger: { pid: stranger, acr: 'idporten-loa-high' },
};

async function post(headers, method, params) {
  const response = await fetch(url + '/rpc/v1', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const body = await response.json();
  return { status: response.status, body, code: body.error?.code, reason: body.error?.data?.reason ?? body.reason };
}

async function startProvider() {
  const pair = await jose.generateKeyPair('RS256', { extractable: true });
  key = pair.privateKey;
  const jwk = { ...(await jose.exportJWK(pair.privateKey)), kid: 'rs', alg: 'RS256', use: 'sig' };
  providerServer = createServer();
  await new Promise((resolve) => providerServer.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${providerServer.address().port}`;
  provider = new Provider(issuer, {
    jwks: { keys: [jwk] },
    clients: [{
      client_id: 'samvev-workspace', client_secret: 'a secret & more', redirect_uris: [callback],
      post_logout_redirect_uris: [publicUrl + '/'], response_types: ['code'], grant_types: ['authorization_code'],
      backchannel_logout_session_required: true, backchannel_logout_uri: publicUrl + '/logout/v1',
    }],
    scopes: ['openid', scope],
    acrValues: ['idporten-loa-high', 'idporten-loa-substantial'],
    cookies: { keys: ['k'] },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    extraTokenClaims: (_, token) => ({
      pid: accounts[token.accountId].pid, acr: accounts[token.accountId].acr, consumer: organisation,
    }),
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      resourceIndicators: {
        enabled: true, defaultResource: () => publicUrl, useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope, audience: publicUrl, accessTokenTTL: 300, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
  });
  const answer = provider.callback();
  providerServer.on('request', async (request, response) => {
    if (!request.url.startsWith('/interaction/')) {
      answer(request, response);
      return;
    }
    const { prompt, params, session } = await provider.interactionDetails(request, response);
    if (prompt.name === 'login') {
      const result = { login: { accountId: nextLogin, acr: accounts[nextLogin].acr } };
      await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
      return;
    }
    const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
    grant.addOIDCScope(`openid ${scope}`);
    grant.addResourceScope(publicUrl, scope);
    const grantId = await grant.save();
    await provider.interactionFinished(request, response, { consent: { grantId } }, { mergeWithLastSubmission: true });
  });
}

// Registers Pia and Marte as employees, as the municipality would.
async function employ(data) {
  const token = (...who) => execFileSync(binary, ['token', '--data', data, '--tenant', '9999', ...who]).toString().trim();
  const jon = token('--staff', '0192f0c1-0000-7000-8000-000000002015', '--role', 'administrator');
  const liv = token('--staff', '0192f0c1-0000-7000-8000-000000002011', '--role', 'coordinating-unit');
  const send = async (as, method, params) => {
    const { body } = await post({ authorization: `Bearer ${as}` }, method, { commandId: randomUUID(), ...params });
    assert.ok(body.result, JSON.stringify(body));
  };
  await send(liv, 'person.register-person', {
    personId: pia.id, givenName: 'Pia', familyName: 'Prøve', birthDate: '1984-03-17', identifier: { kind: 'fnr', number: pia.pid },
  });
  await send(jon, 'organisation.register-staff', { staffId: piaAtWork, displayName: 'Pia Prøve', unitId: school, personId: pia.id });
  await send(jon, 'organisation.register-staff', { staffId: marteAtWork, displayName: 'Marte Testdal', unitId: school, personId: marte.id });
  // The privacy officer and the municipal director, who are staff already.
  for (const [staffId, who] of [[toneAtWork, tone], [ruthAtWork, ruth]]) {
    await send(liv, 'person.register-person', {
      personId: who.id, givenName: 'Eksempel', familyName: 'Prøve', birthDate: who.born, identifier: { kind: 'fnr', number: who.pid },
    });
    await send(jon, 'organisation.link-person', { staffId, personId: who.id });
  }
  for (const [staffId, role, unitId] of [
    [piaAtWork, 'participant', school], [piaAtWork, 'coordinator', ppt], [marteAtWork, 'participant', school],
  ]) {
    await send(jon, 'organisation.assign-staff-role', { staffId, assignmentId: randomUUID(), role, unitId });
  }
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'samvev-login-'));
  await startProvider();
  const jwks = await (await fetch(issuer + '/jwks')).text();
  writeFileSync(join(folder, 'keys.json'), jwks);
  writeFileSync(join(folder, 'client.secret'), 'a secret & more\n', { mode: 0o600 });
  writeFileSync(join(folder, 'master.key'), '01'.repeat(32) + '\n', { mode: 0o600 });
  const shaped = (profile, name, more) => `
[[issuer]]
profile = "${profile}"
issuer = "${name}"
jwks_file = "${folder}/keys.json"
${more}
`;
  const tenants = 'tenants = {"991825827" = 9999, "889640782" = 9998}';
  writeFileSync(join(folder, 'samvev.toml'), `
[server]
listen = "127.0.0.1:${await freePort()}"
public_url = "${publicUrl}"
[data]
directory = "${folder}/data"
[keys]
master_key_file = "${folder}/master.key"
directory = "${folder}/keys"
[[issuer]]
profile = "idporten"
issuer = "${issuer}"
jwks_uri = "${issuer}/jwks"
audience = "${publicUrl}"
client_id = "samvev-workspace"
client_secret_file = "${folder}/client.secret"
login_metadata = "${issuer}/.well-known/openid-configuration"
login_scope = "${scope}"
login_resource = "${publicUrl}"
${tenants}
` + shaped('idporten', idporten, `audience = "unspecified"\nrequired_scope_prefix = "fjordvik:samvev"\n${tenants}`)
    + shaped('ansattporten', ansattporten, `audience = "unspecified"\nrequired_scope_prefix = "fjordvik:samvev"\n${tenants}`)
    + shaped('helseid', helseid, `audience = "fjordvik:samvev"\n${tenants}`)
    + shaped('maskinporten', maskinporten, `required_scope_prefix = "fjordvik:samvev"
[[issuer.service]]
organisation = "991825827"
supplier = "889640782"
name = "vendor"
tenant = 9999
roles = ["service:import"]`));
  const played = await serve(join(folder, 'samvev.toml'), ['--dev', '--demo', demo]);
  url = played.at;
  await employ(join(folder, 'data'));
  await stop(played.child);
  const started = await serve(join(folder, 'samvev.toml'), []);
  server = started.child;
  url = started.at;
});

after(async () => {
  await stop(server);
  providerServer?.close();
  providerServer?.closeAllConnections();
  rmSync(folder, { recursive: true, force: true });
});

// --- tokens of Norwegian shape ------------------------------------------------------------------

const mint = (name, claims, header = {}) => new jose.SignJWT(claims)
  .setProtectedHeader({ alg: 'RS256', kid: 'rs', ...header })
  .setIssuer(name).setIssuedAt().setJti(randomUUID()).setExpirationTime('2m').sign(key);

const person = (pid, more = {}) => mint(idporten, {
  scope: 'openid ' + scope, consumer: organisation, client_id: 'c', sub: 'pairwise', aud: 'unspecified',
  acr: 'idporten-loa-high', pid, ...more,
});
const reportees = (of) => [{
  type: 'ansattporten:altinn:service', resource: 'urn:altinn:resource:x',
  reportees: [{ Rights: ['Read'], Authority: 'iso6523-actorid-upis', ID: of.ID, Name: 'Fjordvik' }],
}];
const employee = (pid, more = {}) => mint(ansattporten, {
  scope: 'openid ' + scope, consumer: otherOrganisation, client_id: 'c', sub: 'pairwise', aud: 'unspecified',
  acr: 'idporten-loa-high', pid, authorization_details: reportees(organisation), ...more,
});
const bearer = (token, more = {}) => ({ authorization: `Bearer ${token}`, ...more });
const overview = (headers, more = {}) => post(headers, 'case.overview', { caseId: caseA, ...more });

async function principal(token, more = {}) {
  const ws = new WebSocket(url.replace('http', 'ws') + '/ws/v1', ['samvev.v1']);
  await new Promise((resolve) => ws.once('message', resolve));
  const answer = new Promise((resolve) => ws.once('message', (data) => resolve(JSON.parse(data))));
  ws.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'session.authenticate', params: { token, ...more } }));
  const { result, error } = await answer;
  ws.close();
  return result ?? { code: error.code, reason: error.data.reason };
}

test('a citizen of ID-porten is the child or the parent that Fjordvik knows', async () => {
  const child = await principal(await person(lo.pid));
  assert.equal(child.kind, 'person');
  assert.equal(child.subject, lo.id);
  assert.deepEqual(child.roles, ['child']);
  assert.equal(child.purpose, 'own-case');
  const parent = await principal(await person(marte.pid));
  assert.equal(parent.subject, marte.id);
  assert.deepEqual(parent.roles, ['guardian', 'trusted-person']); // She takes part in the case as well.
  assert.equal((await overview(bearer(await person(lo.pid)))).body.result.document.personId, lo.id);
  assert.equal((await overview(bearer(await person(pia.pid)))).code, 40401);
  assert.deepEqual(await principal(await person(stranger)), { code: 40103, reason: 'unknown' });
});

test('an employee of Ansattporten and of HelseID is staff, in the unit asked for', async () => {
  const home = await principal(await employee(pia.pid));
  assert.equal(home.kind, 'staff');
  assert.equal(home.subject, piaAtWork);
  assert.equal(home.unit, school);
  assert.deepEqual(home.roles, ['participant']);
  const away = await principal(await employee(pia.pid), { unit: ppt, purpose: 'coordination' });
  assert.equal(away.unit, ppt);
  assert.deepEqual(away.roles, ['coordinator']);
  assert.equal(away.purpose, 'coordination');
  assert.deepEqual(await principal(await employee(pia.pid), { unit: lo.id }), { code: 40103, reason: 'unit' });
  const nurse = await principal(await mint(helseid, {
    aud: 'fjordvik:samvev', scope: ['openid', 'fjordvik:samvev/api'], client_id: 'h', sub: 's',
    'helseid://claims/identity/pid': pia.pid, 'helseid://claims/identity/security_level': '4',
    'helseid://claims/hpr/hpr_number': '9144900', 'helseid://claims/client/claims/orgnr_parent': '991825827',
  }, { typ: 'at+jwt' }));
  assert.equal(nurse.subject, piaAtWork);
  assert.deepEqual(await principal(await employee(lo.pid)), { code: 40103, reason: 'unknown' });
});

test('case 4: nobody represents an organisation that the token does not speak for', async () => {
  const token = await employee(pia.pid);
  assert.equal((await principal(token, { representing: otherOrganisation.ID })).code, 40301);
  assert.equal((await principal(token, { representing: organisation.ID })).subject, piaAtWork);
  assert.equal((await post(bearer(token, { 'samvev-representing': '889640782' }), 'me.waiting', {})).status, 403);
  const delegated = await mint(maskinporten, {
    scope, consumer: organisation, supplier: otherOrganisation, delegation_source: 'https://altinn.example', client_id: 'm',
  });
  const vendor = await principal(delegated, { representing: organisation.ID });
  assert.equal(vendor.subject, 'vendor');
});

test('case 5: a session of one municipality is no session of another', async () => {
  const ws = new WebSocket(url.replace('http', 'ws') + '/ws/v1', ['samvev.v1'], { headers: bearer(await employee(pia.pid)) });
  await new Promise((resolve) => ws.once('message', resolve));
  const closed = new Promise((resolve) => ws.once('close', resolve));
  const other = await employee(pia.pid, { authorization_details: reportees(otherOrganisation) });
  const answer = new Promise((resolve) => ws.once('message', (data) => resolve(JSON.parse(data))));
  ws.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'session.authenticate', params: { token: other } }));
  assert.ok((await answer).error); // Tenant 9998 knows nobody by that number.
  const back = new Promise((resolve) => ws.once('message', (data) => resolve(JSON.parse(data))));
  ws.send(JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'session.authenticate', params: { token: await person(pia.pid) } }));
  assert.ok((await back).error);
  assert.equal(await closed, 4403);
});

test('case 15: a login too weak is told which level would do', async () => {
  const low = await overview(bearer(await person(lo.pid, { acr: 'idporten-loa-low' })));
  assert.equal(low.code, 40104);
  assert.equal(low.body.error.data.acr, 'substantial');
  const substantial = bearer(await person(lo.pid, { acr: 'idporten-loa-substantial' }));
  assert.ok((await overview(substantial)).body.result);
  const need = { caseId: caseA, commandId: randomUUID(), needId: randomUUID(), lifeArea: 'education', description: 'Ro til lekser.', validateOnly: true };
  const refused = await post(substantial, 'case.record-need', need);
  assert.equal(refused.code, 40104);
  assert.equal(refused.body.error.data.acr, 'high');
  assert.ok((await post(bearer(await person(lo.pid)), 'case.record-need', need)).body.result);
});

test('case 16: a token without a national number is nobody', async () => {
  for (const token of [await person(undefined), await employee(undefined)]) {
    assert.deepEqual(await principal(token), { code: 40103, reason: 'claims' });
  }
});

test('case 18: as staff one does not open the case of one\'s own child, as its parent one does', async () => {
  const asStaff = await overview(bearer(await employee(marte.pid), { 'samvev-purpose': 'coordination' }));
  assert.equal(asStaff.code, 40401);
  assert.equal((await overview(bearer(await person(marte.pid)))).body.result.document.personId, lo.id);
});

test('the privacy officer and the municipal director are known by their logins, and erase together', async () => {
  const officer = bearer(await employee(tone.pid), { 'samvev-purpose': 'privacy' });
  const director = bearer(await employee(ruth.pid), { 'samvev-purpose': 'leadership' });
  const about = { erasureId: randomUUID(), targetId: '0192f0c1-0000-7000-8000-00000000c006' };
  const send = (as, method, params) => post(as, method, { commandId: randomUUID(), ...about, ...params });
  const asked = { kind: 'case', ground: 'GDPR.17.1.a', archive: 'transferred' };
  assert.equal((await send(director, 'erasure.request', asked)).code, 40301);
  assert.ok((await send(officer, 'erasure.request', asked)).body.result);
  const own = await send(officer, 'erasure.confirm');
  assert.equal(own.code, 42201);
  assert.equal(own.body.error.data.rejections[0].code, 'erasure.own-request');
  assert.equal((await send(bearer(await employee(pia.pid), { 'samvev-purpose': 'privacy' }), 'erasure.confirm')).code, 40301);
  const { position: atLeast } = (await send(director, 'erasure.confirm')).body.result;
  const state = async () => (await post(officer, 'erasure.requests', { erasureId: about.erasureId, atLeast })).body.result.document.state;
  const end = Date.now() + 60000;
  while (await state() !== 'completed') {
    assert.ok(Date.now() < end, 'it is not erased within a minute');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
});

test('case 33: staff say what they do it for', async () => {
  const token = await employee(pia.pid);
  assert.equal((await overview(bearer(token))).code, 40302);
  assert.equal((await overview(bearer(token), { purpose: 'research' })).code, 40302);
  assert.equal((await overview(bearer(token, { 'samvev-purpose': 'research' }))).code, 40302);
  assert.equal((await overview(bearer(token), { purpose: 'coordination' })).code, 40401);
  assert.equal((await overview(bearer(token, { 'samvev-purpose': 'coordination' }))).code, 40401);
});

// --- a browser ----------------------------------------------------------------------------------

// A browser at the workspace.
class Workspace extends Browser {
  constructor() {
    super(url);
  }
  get session() {
    return this.jar[publicUrl]?.['__Host-samvev_session'];
  }
  async logIn(who = 'marte', query = '') {
    nextLogin = who;
    return this.follow('/login/v1?to=/' + query, (at) => at.origin === publicUrl && at.pathname === '/');
  }
  async csrf() {
    return (await (await this.go('/login/v1/session')).json()).csrf;
  }
  socket({ origin = publicUrl, csrf } = {}) {
    const ws = new WebSocket(url.replace('http', 'ws') + '/ws/v1', ['samvev.v1', ...(csrf ? ['samvev.csrf.' + csrf] : [])], {
      headers: { cookie: `__Host-samvev_session=${this.session}`, ...(origin ? { origin } : {}) },
    });
    return new Promise((resolve, reject) => {
      ws.once('message', (data) => resolve({ ws, hello: JSON.parse(data) }));
      ws.once('unexpected-response', (_, response) => resolve({ refused: response.statusCode }));
      ws.once('error', reject);
    });
  }
}

// The server fetches the provider's metadata and keys by itself when it starts.
async function ready(browser) {
  for (let i = 0; i < 100; i += 1) {
    const response = await browser.go('/login/v1');
    if (response.status !== 503) {
      return response;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the metadata was never fetched');
}

test('a browser logs in with a code and PKCE, and has a session by cookie', async () => {
  const browser = new Workspace();
  const leaving = await ready(browser);
  assert.equal(leaving.status, 303);
  const query = new URL(leaving.headers.get('location')).searchParams;
  assert.equal(query.get('code_challenge_method'), 'S256');
  assert.equal(query.get('redirect_uri'), callback);
  const binding = leaving.headers.getSetCookie()[0];
  assert.match(binding, /^__Host-samvev_login=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure; Max-Age=600$/);

  const { response } = await browser.logIn();
  assert.equal(response.status, 303, await response.text());
  assert.match(response.headers.getSetCookie()[0], /^__Host-samvev_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure$/);
  const told = await (await browser.go('/login/v1/session')).json();
  assert.equal(told.principal.subject, marte.id);
  assert.equal(told.principal.purpose, 'own-case');

  const ask = async (headers) => {
    const answer = await browser.go('/rpc/v1', {
      method: 'POST', headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'case.overview', params: { caseId: caseA } }),
    });
    return { status: answer.status, body: await answer.json() };
  };
  const ours = { origin: publicUrl, 'samvev-csrf': told.csrf };
  assert.equal((await ask(ours)).body.result.document.personId, lo.id);
  const { origin, ...noOrigin } = ours;
  assert.match((await ask(noOrigin)).body.type, /missing-origin/);
  assert.equal((await ask({ ...ours, origin: 'https://evil.example' })).status, 403);
  assert.equal((await ask({ ...ours, origin: publicUrl + ':444' })).status, 403);
  assert.equal((await ask({ ...ours, origin: 'null' })).status, 403);
  assert.match((await ask({ origin })).body.type, /csrf/);
  assert.equal((await ask({ ...ours, 'samvev-csrf': told.csrf.slice(1) + 'x' })).status, 403);

  const { ws, hello } = await browser.socket({ csrf: told.csrf });
  assert.equal(hello.params.authenticated, true);
  assert.equal(ws.protocol, 'samvev.v1');
  ws.close();
  assert.equal((await browser.socket({})).refused, 403);
  assert.equal((await browser.socket({ csrf: told.csrf, origin: null })).refused, 403);
  assert.equal((await browser.socket({ csrf: told.csrf, origin: 'https://evil.example' })).refused, 403);
});

test('a code, a state or a browser that is not of this login gives no session', async () => {
  const browser = new Workspace();
  nextLogin = 'marte';
  const intercept = async () => (await browser.follow('/login/v1', (at) => at.pathname === '/login/v1/callback')).at;
  const attempt = async (from, change) => {
    const at = await intercept();
    change(at.searchParams);
    return from.go(at.href);
  };
  assert.equal((await attempt(browser, (query) => query.set('state', 'other'))).status, 401);
  assert.equal((await attempt(browser, (query) => query.delete('code'))).status, 401);
  assert.equal((await attempt(browser, (query) => query.set('iss', 'https://evil.example'))).status, 401);
  assert.equal((await attempt(browser, (query) => query.delete('iss'))).status, 401);
  assert.equal((await attempt(browser, (query) => query.set('code', 'other'))).status, 401);
  assert.equal((await attempt(new Workspace(), () => {})).status, 401);
  assert.equal((await attempt(browser, (query) => query.append('state', 'two'))).status, 400);
  assert.equal(browser.session, undefined);

  const at = await intercept();
  assert.equal((await browser.go(at.href)).status, 303);
  const first = browser.session;
  assert.ok(first);
  assert.equal((await browser.go(at.href)).status, 401, 'a code is used once');
  // Logging in again gives another cookie, and the first is nothing any more.
  await browser.logIn();
  assert.notEqual(browser.session, first);
  const old = new Workspace();
  old.jar[publicUrl] = { '__Host-samvev_session': first };
  assert.equal((await old.go('/login/v1/session')).status, 401);
});

test('who is not known here, or logs in too weakly, gets no session', async () => {
  const browser = new Workspace();
  const unknown = await browser.logIn('stranger');
  assert.equal(unknown.response.status, 401);
  assert.equal((await unknown.response.json()).reason, 'unknown');
  const weak = await new Workspace().logIn('weak', '&level=high');
  assert.equal(weak.response.status, 401);
  assert.equal((await weak.response.json()).acr, 'high');
  assert.equal(browser.session, undefined);
  assert.equal((await browser.go('/login/v1?to=https://evil.example/')).status, 400);
  assert.equal((await browser.go('/login/v1?issuer=https://evil.example')).status, 404);
});

test('logging out here ends the session, its sockets and leads to the issuer', async () => {
  const browser = new Workspace();
  await browser.logIn();
  const csrf = await browser.csrf();
  const { ws } = await browser.socket({ csrf });
  const closed = new Promise((resolve) => ws.once('close', resolve));
  const end = (headers) => browser.go('/login/v1/logout', { method: 'POST', headers });
  assert.equal((await end({ origin: publicUrl })).status, 403);
  assert.equal((await end({ 'samvev-csrf': csrf })).status, 403);
  assert.equal((await browser.go('/login/v1/logout')).status, 405);
  const answer = await end({ origin: publicUrl, 'samvev-csrf': csrf });
  assert.equal(answer.status, 200);
  const location = new URL((await answer.json()).location);
  assert.equal(location.origin + location.pathname, issuer + '/session/end');
  assert.equal((await browser.go(location.href)).status, 200, 'the issuer takes the id_token_hint');
  assert.equal(await closed, 4401);
  assert.equal(browser.session, undefined);
  assert.equal((await browser.go('/login/v1/session')).status, 401);
});

test('a logout that the issuer posts ends the sessions here', async () => {
  const browser = new Workspace();
  await browser.logIn();
  const { ws } = await browser.socket({ csrf: await browser.csrf() });
  const closed = new Promise((resolve) => ws.once('close', resolve));
  const answer = await fetch(url + '/logout/v1', {
    method: 'POST',
    body: new URLSearchParams({
      logout_token: await mint(issuer, {
        aud: 'samvev-workspace', sub: 'marte', events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
      }, { typ: 'logout+jwt' }),
    }),
  });
  assert.equal(answer.status, 200);
  assert.equal(await closed, 4401);
  assert.equal((await browser.go('/login/v1/session')).status, 401);
});
