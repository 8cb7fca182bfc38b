// Fjordvik behind `samvev serve`, with npm's oidc-provider as its one issuer: for tests of what browsers
// and logouts meet over a restart. Each calls start() and, at the end, stop().

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { randomUUID, webcrypto } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import * as jose from 'jose';

globalThis.crypto ??= webcrypto;
const { Provider } = await import('oidc-provider');

export const binary = process.env.SAMVEV_BINARY;
export const caseA = '0192f0c1-0000-7000-8000-00000000c001';
export const lo = '0192f0c1-0000-7000-8000-000000003001';
export const marte = { id: '0192f0c1-0000-7000-8000-000000003101', pid: '11828620012' };
export const ada = ['--staff', '0192f0c1-0000-7000-8000-000000002001', '--unit', '0192f0c1-0000-7000-8000-000000001005', '--role', 'coordinator'];
const organisation = { authority: 'iso6523-actorid-upis', ID: '0192:991825827' };
const scope = 'fjordvik:samvev.write';

const freePort = () => new Promise((resolve) => {
  const probe = createTcpServer().listen(0, '127.0.0.1', () => {
    const { port } = probe.address();
    probe.close(() => resolve(port));
  });
});

export class Town {
  folder = mkdtempSync(join(tmpdir(), 'samvev-town-'));

  // Plays the demonstration; serve() is next. `publicUrl` absent: TLS of its own, at the address where it listens.
  async start({ publicUrl } = {}) {
    this.port = await freePort();
    this.publicUrl = publicUrl ?? `https://127.0.0.1:${this.port}`;
    if (!publicUrl) {
      execFileSync('openssl', [
        'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1', '-subj', '/CN=localhost',
        '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', join(this.folder, 'tls.key'), '-out', join(this.folder, 'tls.pem'),
      ], { stdio: 'ignore' });
    }
    await this.startProvider();
    this.configure(false);
    await this.serve('--dev', '--demo', process.env.SAMVEV_DEMO); // Played over http.
    await this.end('SIGTERM');
    this.configure(!publicUrl);
  }

  async startProvider() {
    const pair = await jose.generateKeyPair('RS256', { extractable: true });
    this.key = pair.privateKey;
    const jwk = { ...(await jose.exportJWK(pair.privateKey)), kid: 'rs', alg: 'RS256', use: 'sig' };
    this.http = createServer();
    await new Promise((resolve) => this.http.listen(0, '127.0.0.1', resolve));
    this.issuer = `http://127.0.0.1:${this.http.address().port}`;
    const provider = new Provider(this.issuer, {
      jwks: { keys: [jwk] },
      clients: [{
        client_id: 'samvev-workspace', client_secret: 'a secret & more', redirect_uris: [this.publicUrl + '/login/v1/callback'],
        response_types: ['code'], grant_types: ['authorization_code'],
      }],
      scopes: ['openid', scope],
      acrValues: ['idporten-loa-high'],
      cookies: { keys: ['k'] },
      findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
      extraTokenClaims: () => ({ pid: marte.pid, acr: 'idporten-loa-high', consumer: organisation }),
      interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
      features: {
        devInteractions: { enabled: false },
        resourceIndicators: {
          enabled: true, defaultResource: () => this.publicUrl, useGrantedResource: () => true,
          getResourceServerInfo: () => ({
            scope, audience: this.publicUrl, accessTokenTTL: 300, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' } },
          }),
        },
      },
    });
    const answer = provider.callback();
    this.http.on('request', async (request, response) => {
      if (!request.url.startsWith('/interaction/')) {
        answer(request, response);
        return;
      }
      const { prompt, params, session } = await provider.interactionDetails(request, response);
      if (prompt.name === 'login') {
        const result = { login: { accountId: 'marte', acr: 'idporten-loa-high' } };
        await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
        return;
      }
      const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
      grant.addOIDCScope(`openid ${scope}`);
      grant.addResourceScope(this.publicUrl, scope);
      await provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } }, { mergeWithLastSubmission: true });
    });
  }

  configure(hasTls) {
    writeFileSync(join(this.folder, 'client.secret'), 'a secret & more\n', { mode: 0o600 });
    writeFileSync(join(this.folder, 'master.key'), '01'.repeat(32) + '\n', { mode: 0o600 });
    writeFileSync(join(this.folder, 'samvev.toml'), `
[server]
listen = "127.0.0.1:${this.port}"
public_url = "${this.publicUrl}"
${hasTls ? `[tls]\ncertificate = "${this.folder}/tls.pem"\nkey = "${this.folder}/tls.key"` : ''}
[data]
directory = "${this.folder}/data"
[keys]
master_key_file = "${this.folder}/master.key"
directory = "${this.folder}/keys"
[[issuer]]
profile = "idporten"
issuer = "${this.issuer}"
jwks_uri = "${this.issuer}/jwks"
audience = "${this.publicUrl}"
client_id = "samvev-workspace"
client_secret_file = "${this.folder}/client.secret"
login_metadata = "${this.issuer}/.well-known/openid-configuration"
login_scope = "${scope}"
login_resource = "${this.publicUrl}"
tenants = {"991825827" = 9999}
`);
  }

  async serve(...args) {
    this.server = spawn(binary, ['serve', '--config', join(this.folder, 'samvev.toml'), ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface({ input: this.server.stdout });
    this.url = await new Promise((resolve, reject) => {
      lines.once('line', (line) => resolve(line.replace('ready ', '').trim()));
      this.server.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    });
  }

  async end(signal) {
    if (this.server?.exitCode === null && this.server.signalCode === null) {
      const ended = new Promise((resolve) => this.server.once('exit', resolve));
      this.server.kill(signal);
      const code = await ended;
      assert.ok(signal === 'SIGKILL' || code === 0, `the server ended with ${code}`);
    }
  }

  async stop() {
    await this.end('SIGTERM');
    this.http?.close();
    this.http?.closeAllConnections();
    rmSync(this.folder, { recursive: true, force: true });
  }

  developmentToken(...who) {
    return execFileSync(binary, ['token', '--data', join(this.folder, 'data'), '--tenant', '9999', ...who]).toString().trim().split('\n').at(-1);
  }

  mint(claims, header = {}) {
    return new jose.SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'rs', ...header })
      .setIssuer(this.issuer).setIssuedAt().setJti(randomUUID()).setExpirationTime('5m').sign(this.key);
  }

  accessToken(more = {}) {
    return this.mint({
      aud: this.publicUrl, scope: 'openid ' + scope, sub: 'marte', client_id: 'samvev-workspace', pid: marte.pid,
      acr: 'idporten-loa-high', consumer: organisation, ...more,
    });
  }

  logoutToken(claims) {
    return this.mint(
      { aud: 'samvev-workspace', events: { 'http://schemas.openid.net/event/backchannel-logout': {} }, ...claims },
      { typ: 'logout+jwt' },
    );
  }
}
