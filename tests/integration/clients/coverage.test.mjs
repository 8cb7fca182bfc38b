// @open-rpc/test-coverage, unmodified, calls every method's example on the demonstration data.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import coverageModule from '@open-rpc/test-coverage';
import exampleRuleModule from '@open-rpc/test-coverage/build/rules/examples-rule.js';

import { Server } from './server.mjs';

const coverage = coverageModule.default ?? coverageModule;
const ExamplesRule = exampleRuleModule.default ?? exampleRuleModule;

// Notifications have no result, and a subscription needs a WebSocket.
const notOverHttp = /^(events\.|session\.|rpc\.(on|off|login)|dev\.)/;

test('every method answers its example as its schema says', async () => {
  // Faster than anybody types.
  const server = await Server.start({ demo: true, environment: { SAMVEV__LIMITS__COMMANDS_AT_ONCE: '10000', SAMVEV__LIMITS__READS_AT_ONCE: '10000' } });
  try {
    const document = await (await fetch(server.url + '/openrpc.json')).json();
    const byName = new Map(document.methods.map((method) => [method.name, method]));
    const skip = document.methods.filter((m) => !m.result || notOverHttp.test(m.name)).map((m) => m.name);
    const without = document.methods.filter((m) => !skip.includes(m.name) && !(m.examples ?? []).length);
    assert.deepEqual(without.map((m) => m.name), [], 'methods without an example');
    const transport = async (url, method, params) => {
      const response = await fetch(server.url + '/rpc/v1', {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${server.exampleToken(byName.get(method))}` },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      });
      return response.json();
    };
    const calls = await coverage({
      openrpcDocument: document, transport, reporters: ['empty'], skip, rules: [new ExamplesRule({ skip })],
    });
    const failed = calls.filter((call) => !call.valid).map((call) => `${call.methodName}: ${call.reason}`);
    assert.deepEqual(failed, []);
    assert.equal(new Set(calls.map((call) => call.methodName)).size, document.methods.length - skip.length);
  } finally {
    await server.stop();
  }
});
