// Debian's Python clients, driven from here so that one place starts the server.

import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { Server, registerUnit } from './server.mjs';

test('python3-websockets and python3-websocket', async () => {
  const server = await Server.start();
  try {
    const token = server.token();
    await fetch(server.url + '/rpc/v1', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'organisation.register-unit', params: registerUnit() }),
    });
    const script = join(dirname(fileURLToPath(import.meta.url)), 'python_clients.py');
    execFileSync('/usr/bin/python3', [script, server.ws, token], { stdio: 'inherit' });
  } finally {
    await server.stop();
  }
});
