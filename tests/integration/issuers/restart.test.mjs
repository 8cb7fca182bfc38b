// What of who has logged in a restart does not forget, and what it does not bring back: the server is killed with
// kill -9 in the moment after its answer, and started again on what lies on the disk.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { caseA, lo, marte, Town } from './fjordvik.mjs';

const publicUrl = 'https://samvev.fjordvik.example';
const town = new Town();

before(async () => {
  await town.start({ publicUrl });
  await town.serve();
});

after(() => town.stop());

async function killAndServe() {
  await town.end('SIGKILL');
  await town.serve();
}

// A browser as far as this needs one: its cookies, and the public address led to where the server listens.
class Browser {
  jar = {};

  async go(address, { headers = {}, ...more } = {}) {
    const target = new URL(address, publicUrl);
    const jar = (this.jar[target.origin] ??= {});
    const cookie = Object.entries(jar).map(([name, value]) => `${name}=${value}`).join('; ');
    const real = target.origin === publicUrl ? town.url + target.pathname + target.search : target.href;
    const response = await fetch(real, { redirect: 'manual', headers: { ...(cookie ? { cookie } : {}), ...headers }, ...more });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]*)=([^;]*)/.exec(line);
      jar[name] = value;
    }
    return response;
  }

  async logIn() {
    let at = new URL('/login/v1?to=/home', publicUrl);
    for (let steps = 0; at.pathname !== '/home'; steps += 1) {
      assert.ok(steps < 200, `round and round at ${at}`);
      const response = await this.go(at.href);
      if (response.status === 503) { // The provider's metadata is being fetched.
        await response.text();
        continue;
      }
      assert.ok(response.headers.get('location'), `${response.status} at ${at}`);
      at = new URL(response.headers.get('location'), at);
    }
    return this;
  }

  async session() {
    const response = await this.go('/login/v1/session');
    return { status: response.status, ...(await response.json()) };
  }
}

const overview = async (token) => {
  const response = await fetch(town.url + '/rpc/v1', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'case.overview', params: { caseId: caseA } }),
  });
  const body = await response.json();
  return body.reason ?? body.result?.document.personId;
};

const postLogout = async (claims) => fetch(town.url + '/logout/v1', {
  method: 'POST', body: new URLSearchParams({ logout_token: await town.logoutToken(claims) }),
});

// The keys of the issuer are fetched anew after each start.
async function whenKeysAreThere(ask) {
  for (let tries = 0; tries < 600; tries += 1) {
    const answer = await ask();
    if (answer !== undefined && answer?.status !== 503) {
      return answer;
    }
  }
  throw new Error('the keys were never fetched');
}

test('a browser stays logged in', async () => {
  const browser = await new Browser().logIn();
  const told = await browser.session();
  assert.equal(told.principal.subject, marte.id);
  await killAndServe();
  const again = await browser.session();
  assert.equal(again.status, 200);
  assert.equal(again.principal.subject, marte.id);
  assert.equal(again.principal.expiresAt, told.principal.expiresAt, 'the end does not move');
  assert.equal(again.csrf, told.csrf, 'an open page goes on');
  const ask = await browser.go('/rpc/v1', {
    method: 'POST', headers: { 'content-type': 'application/json', origin: publicUrl, 'samvev-csrf': told.csrf },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'case.overview', params: { caseId: caseA } }),
  });
  assert.equal((await ask.json()).result.document.personId, lo);
});

test('who has logged out stays logged out', async () => {
  const browser = await new Browser().logIn();
  const other = await new Browser().logIn();
  const { csrf } = await browser.session();
  const cookies = structuredClone(browser.jar);
  const answer = await browser.go('/login/v1/logout', { method: 'POST', headers: { origin: publicUrl, 'samvev-csrf': csrf } });
  assert.equal(answer.status, 200);
  await killAndServe();
  const thief = new Browser();
  thief.jar = cookies;
  assert.equal((await thief.session()).status, 401);
  assert.equal((await other.session()).status, 200);
});

test('a login that its issuer has ended stays ended, by session and by subject', async () => {
  const token = await town.accessToken({ sid: 'sid-1' });
  const kept = await town.accessToken({ sid: 'sid-2' });
  assert.equal(await whenKeysAreThere(() => overview(token)), lo);
  assert.equal((await postLogout({ sid: 'sid-1' })).status, 200);
  await killAndServe();
  assert.equal(await whenKeysAreThere(() => overview(kept)), lo);
  assert.equal(await overview(token), 'revoked');

  const browser = await new Browser().logIn();
  await killAndServe();
  const gone = await whenKeysAreThere(() => postLogout({ sub: 'marte' }));
  assert.equal(gone.status, 200);
  assert.equal((await browser.session()).status, 401, 'also one that nobody has used since the start');
  await killAndServe();
  assert.equal((await browser.session()).status, 401);
  assert.equal(await whenKeysAreThere(() => overview(kept)), 'revoked');
});

test('what lies on the disk names nobody', async () => {
  const browser = await new Browser().logIn();
  assert.equal((await browser.session()).status, 200);
  const files = readdirSync(join(town.folder, 'data', 'logins')).map((name) => readFileSync(join(town.folder, 'data', 'logins', name)));
  assert.ok(files.length > 0);
  const cookie = browser.jar[publicUrl]['__Host-samvev_session'];
  for (const secret of [marte.pid, marte.id, 'marte', 'sid-1', cookie, town.issuer]) {
    assert.ok(files.every((bytes) => !bytes.includes(secret)), `${secret} is readable`);
  }
});
