// Unmodified third-party JSON-RPC clients against the real server.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';

import { Client as OpenRpcClient, RequestManager, WebSocketTransport } from '@open-rpc/client-js';
import jayson from 'jayson';
import { JSONRPCClient } from 'json-rpc-2.0';
import { Client as RpcWebSockets } from 'rpc-websockets';
import WebSocket from 'ws';

import { Server, openCase, registerUnit, unitId, until } from './server.mjs';

let server;
let token;

before(async () => {
  server = await Server.start();
  token = server.token();
  const answer = await post('organisation.register-unit', registerUnit());
  assert.equal(answer.error, undefined, JSON.stringify(answer));
});

after(async () => {
  assert.equal(await server.stop(), 0, 'the server drains and ends with 0 on SIGTERM');
});

async function post(method, params) {
  const response = await fetch(server.url + '/rpc/v1', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  return response.json();
}

function open(options = {}) {
  const socket = new WebSocket(server.ws, ['samvev.v1'], { headers: { authorization: `Bearer ${token}` }, ...options });
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(socket));
    socket.once('error', reject);
  });
}

test('rpc-websockets: calls, list of methods, notifications and a subscription', async () => {
  const client = new RpcWebSockets(server.ws, { reconnect: false, headers: { authorization: `Bearer ${token}` } });
  await new Promise((resolve, reject) => {
    client.once('open', resolve);
    client.once('error', reject);
  });
  assert.equal(await client.call('system.ping'), 'pong');
  const methods = await client.listMethods();
  assert.ok(methods.includes('case.open-case'));
  const caseId = randomUUID();
  const opened = await client.call('case.open-case', openCase(caseId));
  assert.equal(opened.stream, `case/${caseId}`);
  await assert.rejects(client.call('case.open-case', openCase(caseId)), (error) => error.code === 42201);
  const received = [];
  client.on('events.event', (params) => received.push(params));
  const subscription = await client.call('events.subscribe', { filter: { cases: [caseId] }, from: 'start' });
  assert.equal(typeof subscription, 'string');
  await until(() => received.some((page) => page.result.kind === 'caughtUp'), 'caughtUp');
  const events = received.filter((page) => page.result.kind === 'events').flatMap((page) => page.result.events);
  assert.equal(events[0].type, 'no.samvev.case.case-opened.v1');
  assert.equal(await client.call('events.unsubscribe', [subscription]), true);
  client.close();
});

test('rpc-websockets: in-band login', async () => {
  const client = new RpcWebSockets(server.ws, { reconnect: false });
  await new Promise((resolve, reject) => {
    client.once('open', resolve);
    client.once('error', reject);
  });
  await assert.rejects(client.call('me.waiting', {}), (error) => error.code === 40101);
  assert.equal(await client.login({ token }), true);
  assert.deepEqual(await client.call('me.waiting', {}), { items: [] });
  client.close();
});

test('json-rpc-2.0: calls and a batch', async () => {
  const socket = await open();
  const client = new JSONRPCClient((request) => {
    socket.send(JSON.stringify(request));
  });
  socket.on('message', (data) => {
    const message = JSON.parse(data);
    if (Array.isArray(message) || message.id !== undefined) {
      client.receive(message);
    }
  });
  assert.equal(await client.request('system.ping'), 'pong');
  const answers = await client.requestAdvanced([
    { jsonrpc: '2.0', id: 'a', method: 'system.ping' },
    { jsonrpc: '2.0', id: 'b', method: 'no.such-method' },
  ]);
  assert.equal(answers.find((answer) => answer.id === 'a').result, 'pong');
  assert.equal(answers.find((answer) => answer.id === 'b').error.code, -32601);
  socket.close();
});

test('jayson: calls and a batch over a WebSocket', async () => {
  const socket = await open();
  const client = jayson.Client.websocket({ ws: socket });
  const request = (method, params) =>
    new Promise((resolve, reject) =>
      client.request(method, params, (error, answer) => (error ? reject(error) : resolve(answer))));
  assert.equal((await request('system.ping', {})).result, 'pong');
  const refused = await request('case.open-case', { caseId: randomUUID() });
  assert.equal(refused.error.code, -32602);
  assert.ok(refused.error.data.violations.length > 0);
  const batch = [client.request('system.ping', {}, undefined, false), client.request('me.waiting', {}, undefined, false)];
  const answers = await new Promise((resolve, reject) =>
    client.request(batch, (error, list) => (error ? reject(error) : resolve(list))));
  assert.deepEqual(answers.map((answer) => answer.error), [undefined, undefined]);
  socket.close();
});

test('@open-rpc/client-js: in-band authentication, calls and notifications', async () => {
  const transport = new WebSocketTransport(server.ws);
  const client = new OpenRpcClient(new RequestManager([transport]));
  const notifications = [];
  client.onNotification((notification) => notifications.push(notification));
  await assert.rejects(client.request({ method: 'me.waiting', params: {} }));
  const session = await client.request({ method: 'session.authenticate', params: { token } });
  assert.equal(session.tenant, '9999');
  assert.equal(await client.request({ method: 'system.ping', params: [] }), 'pong');
  const document = await client.request({ method: 'rpc.discover', params: [] });
  assert.equal(document.openrpc, '1.3.2');
  const caseId = randomUUID();
  await client.request({ method: 'case.open-case', params: openCase(caseId) });
  await client.request({ method: 'events.subscribe', params: { filter: { cases: [caseId] }, from: 'start' } });
  await until(
    () => notifications.some((message) => message.method === 'events.event' && message.params.result.kind === 'events'),
    'an events notification');
  client.close();
});

test('a token in the subprotocol list is taken and never echoed', async () => {
  const item = 'samvev.bearer.' + Buffer.from(token).toString('base64url');
  const socket = new WebSocket(server.ws, ['samvev.v1', item]);
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  assert.equal(socket.protocol, 'samvev.v1');
  const answer = new Promise((resolve) =>
    socket.on('message', (data) => {
      const message = JSON.parse(data);
      if (message.id === 7) {
        resolve(message);
      }
    }));
  socket.send(JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'me.waiting' }));
  assert.deepEqual((await answer).result, { items: [] });
  socket.close();
});

test('every command of a retry gets the first answer, also over another door', async () => {
  const caseId = randomUUID();
  const params = openCase(caseId);
  const first = await post('case.open-case', params);
  const again = await post('case.open-case', params);
  assert.deepEqual(again.result, first.result);
  const activity = {
    caseId, commandId: randomUUID(), activityId: randomUUID(), name: 'Kontroll', unitId, staffId: 'unknown', occurredOn: '2026-03-23',
  };
  const recorded = await post('coordination.record-activity', activity);
  assert.equal(recorded.error, undefined, JSON.stringify(recorded));
  const timeline = await post('case.timeline', {
    where: { caseId }, atLeast: recorded.result.position,
  });
  assert.equal(timeline.result.items.length, 2);
});
