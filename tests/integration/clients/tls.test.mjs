// npm ws and Node's own fetch against a server with a certificate.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import WebSocket from 'ws';

import { Server } from './server.mjs';

let folder;
let server;
let ca;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'samvev-wss-'));
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=localhost',
    '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', key, '-out', certificate], { stdio: 'pipe' });
  ca = readFileSync(certificate);
  server = await Server.start({ environment: { SAMVEV__TLS__CERTIFICATE: certificate, SAMVEV__TLS__KEY: key } });
});

after(async () => {
  assert.equal(await server.stop(), 0);
  rmSync(folder, { recursive: true, force: true });
});

function open(options = {}) {
  const socket = new WebSocket(server.ws, ['samvev.v1'], {
    ca, headers: { authorization: `Bearer ${server.token()}` }, ...options,
  });
  return new Promise((resolve, reject) => {
    socket.once('message', (data) => resolve({ socket, hello: JSON.parse(data) }));
    socket.once('error', reject);
  });
}

test('a session over wss, in TLS 1.2 and 1.3', async () => {
  assert.match(server.ws, /^wss:/);
  for (const version of ['TLSv1.2', 'TLSv1.3']) {
    const { socket, hello } = await open({ minVersion: version, maxVersion: version });
    assert.equal(hello.params.authenticated, true);
    const answer = new Promise((resolve) => socket.once('message', (data) => resolve(JSON.parse(data))));
    socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'rpc.discover' }));
    assert.equal((await answer).result.openrpc, '1.3.2'); // some hundred KiB
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.close(1000);
    assert.equal(await closed, 1000);
  }
});

test('a client that does not trust the certificate stays away', async () => {
  await assert.rejects(open({ ca: undefined }), /self.signed/i);
});

test('HTTPS keeps its connection for the next request', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca });
  const get = (path) => new Promise((resolve, reject) => {
    request(server.url + path, { agent }, (response) => {
      const port = response.socket.localPort;
      response.resume().once('end', () => resolve([response.statusCode, port]));
    }).once('error', reject).end();
  });
  const [status, port] = await get('/livez');
  assert.equal(status, 200);
  assert.deepEqual(await get('/readyz'), [200, port]);
  agent.destroy();
});
