// What the tests of logins share: the server as a child, and a browser that knows cookies.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer as createTcpServer } from 'node:net';
import { createInterface } from 'node:readline';

export const publicUrl = 'https://samvev.fjordvik.example';

export const freePort = () => new Promise((resolve) => {
  const probe = createTcpServer().listen(0, '127.0.0.1', () => {
    const { port } = probe.address();
    probe.close(() => resolve(port));
  });
});

export async function serve(config, args) {
  const child = spawn(process.env.SAMVEV_BINARY, ['serve', '--config', config, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const at = await new Promise((resolve, reject) => {
    lines.once('line', (line) => resolve(line.replace('ready ', '').trim()));
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
  return { child, at };
}

export async function stop(child) {
  if (child?.exitCode === null) {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    assert.equal(await ended, 0);
  }
}

// Cookies by origin, and the public address led to where the server listens.
export class Browser {
  jar = {};
  constructor(url) {
    this.url = url; // where the server listens
  }
  async go(address, { method = 'GET', headers = {}, body } = {}) {
    const target = new URL(address, publicUrl);
    const jar = (this.jar[target.origin] ??= {});
    const cookie = Object.entries(jar).map(([name, value]) => `${name}=${value}`).join('; ');
    const real = target.origin === publicUrl ? this.url + target.pathname + target.search : target.href;
    const response = await fetch(real, { method, body, redirect: 'manual', headers: { ...(cookie ? { cookie } : {}), ...headers } });
    for (const line of response.headers.getSetCookie()) {
      const [pair] = line.split(';');
      const equals = pair.indexOf('=');
      if (/max-age=0|expires=thu, 01 jan 1970/i.test(line)) {
        delete jar[pair.slice(0, equals)];
      } else {
        jar[pair.slice(0, equals)] = pair.slice(equals + 1);
      }
    }
    return response;
  }
  // Follows redirections until `until` says so, or there are no more.
  async follow(address, until = () => false) {
    let response = await this.go(address);
    let at = new URL(address, publicUrl);
    for (let steps = 0; response.headers.get('location'); steps += 1) {
      assert.ok(steps < 20, `round and round at ${at}`);
      at = new URL(response.headers.get('location'), at);
      if (until(at)) {
        return { response, at };
      }
      response = await this.go(at.href);
    }
    return { response, at };
  }
}
