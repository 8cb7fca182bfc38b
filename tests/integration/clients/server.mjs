// Starts the real server on a free port with a data directory of its own.

import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { randomUUID } from 'node:crypto';

const binary = process.env.SAMVEV_BINARY;
if (!binary) {
  throw new Error('SAMVEV_BINARY must name the samvev binary');
}

export const tenant = 9999;
export const unitId = '0192f0c1-0000-7000-8000-0000000f0001';

export class Server {
  static async start({ demo = false, environment = {} } = {}) {
    const server = new Server();
    server.data = mkdtempSync(join(tmpdir(), 'samvev-clients-'));
    const more = demo && process.env.SAMVEV_DEMO ? ['--demo', process.env.SAMVEV_DEMO] : [];
    server.process = spawn(binary, ['serve', '--data', server.data, '--listen', '127.0.0.1:0', '--dev', ...more], {
      stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...environment },
    });
    const lines = createInterface({ input: server.process.stdout });
    server.url = await new Promise((resolve, reject) => {
      lines.once('line', (line) =>
        line.startsWith('ready ') ? resolve(line.slice(6).trim()) : reject(new Error(`unexpected line: ${line}`)));
      server.process.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    });
    server.ws = server.url.replace('http', 'ws') + '/ws/v1';
    return server;
  }

  token({ staff = randomUUID(), person, unit, roles = ['service:import', 'coordinator', 'administrator', 'participant'] } = {}) {
    const args = ['token', '--data', this.data, '--tenant', String(tenant), ...(person ? ['--person', person] : ['--staff', staff])];
    for (const role of roles) {
      args.push('--role', role);
    }
    if (unit) {
      args.push('--unit', unit);
    }
    return execFileSync(binary, args, { encoding: 'utf8' }).trim().split('\n').at(-1);
  }

  // A token of whoever calls the example of a method in the OpenRPC document.
  exampleToken(method) {
    const caller = method.examples?.[0].summary ?? '';
    const [, staff] = /staff ([0-9a-f-]{36})/.exec(caller) ?? [];
    const [, person] = /person ([0-9a-f-]{36})/.exec(caller) ?? [];
    const [, unit] = /unit ([0-9a-f-]{36})/.exec(caller) ?? [];
    const key = JSON.stringify([staff, person, unit, method['x-roles']]);
    this.tokens ??= new Map();
    if (!this.tokens.has(key)) {
      const roles = (method['x-roles'] ?? ['coordinator']).filter((role) => !role.startsWith('system:'));
      this.tokens.set(key, this.token({ ...(staff && { staff }), person, unit, roles }));
    }
    return this.tokens.get(key);
  }

  async stop() {
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill('SIGTERM');
    const code = await ended;
    rmSync(this.data, { recursive: true, force: true });
    return code;
  }
}

export function registerUnit(id = unitId) {
  return { unitId: id, commandId: randomUUID(), name: 'Postmottak', type: 'external', external: true };
}

export function openCase(caseId) {
  return { caseId, commandId: randomUUID(), level: 0, title: 'Prøvesak', concernUnitId: unitId };
}

// Resolves when `condition` has become true; fails after five seconds.
export async function until(condition, what) {
  const deadline = Date.now() + 5000;
  while (!condition()) {
    if (Date.now() > deadline) {
      throw new Error(`never happened: ${what}`);
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}
