// A real browser: Debian's Chromium logs in at npm's oidc-provider, opens the WebSocket from a page of the server's own
// origin, and types the code of an invitation. The server has TLS, so that its cookies are those of production.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { request } from 'node:https';
import { after, before, test } from 'node:test';

import { chromium } from 'playwright-core';

import { ada, caseA, lo, marte, Town } from './fjordvik.mjs';

const town = new Town();
const invitationId = '0192f0c1-0001-7000-8000-0000000038b1';
let browser;

before(async () => {
  await town.start();
  await town.serve('--dev');
  browser = await chromium.launch({
    executablePath: process.env.SAMVEV_CHROMIUM,
    args: [
      '--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', // Tests run as root in containers.
      '--ignore-certificate-errors',
      // A page given by the test has no address, so that Chromium itself would keep it from this machine: what keeps
      // other sites out must be the server.
      '--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets,LocalNetworkAccessChecksWebSocket',
    ],
  });
});

after(async () => {
  await browser?.close();
  await town.stop();
});

// A page of the server's origin; the workspace that will be there one day is another process's.
async function openPage(context) {
  const page = await context.newPage();
  await page.route(town.publicUrl + '/workspace', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>Workspace</title>' }));
  return page;
}

const newContext = () => browser.newContext({ ignoreHTTPSErrors: true });

// What a page does: asks who it is, opens the socket, and asks something over it.
const inPage = async (caseId) => {
  const session = await (await fetch('/login/v1/session')).json();
  const socket = new WebSocket(`wss://${location.host}/ws/v1`, ['samvev.v1', `samvev.csrf.${session.csrf}`]);
  window.socket = socket;
  window.socketClosed = new Promise((resolve) => { socket.onclose = ({ code }) => resolve(code); });
  const messages = [];
  let wake = () => {};
  socket.onmessage = ({ data }) => { messages.push(JSON.parse(data)); wake(); };
  const next = async () => {
    while (messages.length === 0) {
      await Promise.race([new Promise((resolve) => { wake = resolve; }), window.socketClosed]);
      if (messages.length === 0 && socket.readyState === WebSocket.CLOSED) {
        return { closed: await window.socketClosed };
      }
    }
    return messages.shift();
  };
  const hello = await next();
  if (hello.closed) {
    return { principal: session.principal, hello };
  }
  socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'case.overview', params: { caseId } }));
  const answer = await next();
  return { principal: session.principal, hello, answer, protocol: socket.protocol, cookies: document.cookie };
};

function call(token, method, params) {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { commandId: randomUUID(), ...params } });
  return new Promise((resolve, reject) => {
    const asking = request(town.url + '/rpc/v1', {
      method: 'POST', rejectUnauthorized: false,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    }, (response) => {
      let text = '';
      response.on('data', (data) => { text += data; });
      response.on('end', () => resolve(JSON.parse(text)));
    });
    asking.on('error', reject);
    asking.end(body);
  });
}

test('a browser logs in, and its page opens an authenticated WebSocket', async () => {
  const context = await newContext();
  const page = await openPage(context);
  let landed;
  do { // The provider's metadata is being fetched.
    landed = await page.goto(town.publicUrl + '/login/v1?to=/workspace');
  } while (landed.status() === 503);
  assert.equal(landed.status(), 404, `nothing is there yet: ${await landed.text()}`);
  assert.equal(page.url(), town.publicUrl + '/workspace');
  const cookie = (await context.cookies(town.publicUrl)).find(({ name }) => name === '__Host-samvev_session');
  assert.deepEqual([cookie.httpOnly, cookie.secure, cookie.sameSite, cookie.path, cookie.expires], [true, true, 'Lax', '/', -1]);
  await page.goto(town.publicUrl + '/workspace');
  const seen = await page.evaluate(inPage, caseA);
  assert.equal(seen.principal.subject, marte.id);
  assert.equal(seen.hello.params.authenticated, true);
  assert.equal(seen.protocol, 'samvev.v1');
  assert.equal(seen.answer.result.document.personId, lo);
  assert.equal(seen.cookies, '', 'no script reads the cookie');

  await town.end('SIGKILL');
  await town.serve('--dev');
  await page.reload();
  assert.equal((await page.evaluate(inPage, caseA)).answer.result.document.personId, lo, 'also after a restart');
  await context.close();
});

test('a page of another site gets nowhere with the session', async () => {
  const context = await newContext();
  const page = await openPage(context);
  await page.goto(town.publicUrl + '/login/v1?to=/workspace');
  await page.route('https://evil.example/**', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }));
  await page.goto('https://evil.example/');
  const tried = await page.evaluate(async (url) => {
    const outcome = async (promise) => { try { return (await promise).status; } catch { return 'refused'; } };
    const socket = new WebSocket(url.replace('https', 'wss') + '/ws/v1', ['samvev.v1']);
    const opened = await new Promise((resolve) => { socket.onopen = () => resolve(true); socket.onerror = () => resolve(false); });
    return {
      session: await outcome(fetch(url + '/login/v1/session', { credentials: 'include' })),
      code: await outcome(fetch(url + '/login/v1/invitation', {
        method: 'POST', credentials: 'include', headers: { 'content-type': 'application/json' }, body: '{"code":"9999-0000-0000-0000"}',
      })),
      opened,
    };
  }, town.publicUrl);
  assert.deepEqual(tried, { session: 'refused', code: 'refused', opened: false });
  await context.close();
});

test('a child types the code of an invitation, is let in to its case, and shut out at once', async () => {
  const coordinator = town.developmentToken(...ada);
  const { result: { code } } = await call(coordinator, 'invitation.invite', { caseId: caseA, invitationId, childId: lo, personId: lo });
  const context = await newContext();
  const page = await openPage(context);
  await page.goto(town.publicUrl + '/workspace');
  const redeem = (typed) => page.evaluate(async (text) => {
    const response = await fetch('/login/v1/invitation', {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ code: text }),
    });
    return { status: response.status, ...(await response.json()) };
  }, typed);
  assert.equal((await redeem(code.slice(0, -1) + (code.endsWith('0') ? '1' : '0'))).status, 401);
  const told = await redeem(code.toLowerCase().replaceAll('-', ' '));
  assert.equal(told.status, 200);
  assert.equal(told.principal.subject, lo);
  assert.equal(told.principal.caseId, caseA);
  assert.equal((await redeem(code)).status, 401, 'once');
  const cookie = (await context.cookies(town.publicUrl)).find(({ name }) => name === '__Host-samvev_session');
  assert.deepEqual([cookie.httpOnly, cookie.secure, cookie.sameSite], [true, true, 'Lax']);
  assert.ok(cookie.expires > Date.now() / 1000 + 24 * 3600, 'the device is known tomorrow, too');

  const seen = await page.evaluate(inPage, caseA);
  assert.equal(seen.hello.params.authenticated, true);
  assert.equal(seen.answer.result.document.personId, lo);
  assert.ok((await call(coordinator, 'invitation.withdraw', { caseId: caseA, invitationId })).result);
  assert.equal(await page.evaluate(() => window.socketClosed), 4401);
  assert.equal(await page.evaluate(async () => (await fetch('/login/v1/session')).status), 401);
  await context.close();
});
