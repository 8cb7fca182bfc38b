// access::decide against Cedar, in random situations. SAMVEV_SEED repeats a run.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';

import { Dice, smaller, someSituation, without } from './situations.mjs';
import { difference, verdictOf } from './verdict.mjs';

const count = Number(process.env.SAMVEV_SITUATIONS ?? 2500);
const seed = Number(process.env.SAMVEV_SEED ?? randomInt(2 ** 31));
// Without these a situation asks nothing: they are not left out to make it smaller.
const needed = new Set(['facts', 'request', 'now', 'actor', 'resource', 'kind', 'action', 'tenant', 'id', 'absent', 'from', 'until']);

let server;
const waiting = [];

before(() => {
  server = spawn(process.env.SAMVEV_DECIDE_LINES, { stdio: ['pipe', 'pipe', 'inherit'] });
  createInterface({ input: server.stdout }).on('line', (line) => waiting.shift().resolve(JSON.parse(line)));
  server.on('exit', (code) => waiting.splice(0).forEach(({ reject }) => reject(new Error(`decide_lines ended with ${code}`))));
});

after(async () => {
  if (server.exitCode === null) {
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.stdin.end();
    assert.equal(await ended, 0);
  }
});

function decide(situation) {
  return new Promise((resolve, reject) => {
    waiting.push({ resolve, reject });
    server.stdin.write(JSON.stringify(situation) + '\n');
  });
}

const differs = async (situation) => difference(await decide(situation), verdictOf(situation));

// Leaves out whatever the same kind of difference does not need.
async function shrink(situation) {
  const kind = (words) => words.replace(/:.*/, '');
  const wanted = kind(await differs(situation));
  for (let again = true; again;) {
    again = false;
    for (const path of [...smaller(situation)]) {
      const candidate = without(situation, path);
      if (!needed.has(path.at(-1)) && JSON.stringify(candidate).length < JSON.stringify(situation).length
          && kind(await differs(candidate)) === wanted) {
        situation = candidate;
        again = true;
      }
    }
  }
  return situation;
}

test('the policy and its second reading agree', async (t) => {
  t.diagnostic(`SAMVEV_SEED=${seed}`);
  const dice = new Dice(seed);
  const rules = {};
  const found = {}; // words -> situation
  let differing = 0;
  for (let done = 0; done < count;) {
    const situations = Array.from({ length: Math.min(200, count - done) }, () => someSituation(dice));
    const answers = await Promise.all(situations.map(decide));
    situations.forEach((situation, i) => {
      rules[answers[i].rule] = (rules[answers[i].rule] ?? 0) + 1;
      const words = difference(answers[i], verdictOf(situation));
      if (words) {
        differing += 1;
        found[words] ??= situation;
      }
    });
    done += situations.length;
  }
  t.diagnostic(Object.entries(rules).sort((a, b) => b[1] - a[1]).map(([rule, times]) => `${rule} ${times}`).join(', '));
  const reports = [];
  for (const [words, situation] of Object.entries(found).slice(0, 5)) {
    reports.push(`${words}\n${JSON.stringify(await shrink(situation), null, 1)}`);
  }
  assert.equal(differing, 0, `${differing} of ${count} situations differ (SAMVEV_SEED=${seed}):\n${reports.join('\n\n')}`);
});

// The doors ask this first, so that what somebody may not know of takes no longer than what is not there.
test('who may read an item of a case may know of the case', async (t) => {
  t.diagnostic(`SAMVEV_SEED=${seed}`);
  const dice = new Dice(seed);
  let read = 0;
  for (let done = 0; done < count;) {
    const situation = someSituation(dice);
    const { request: { actor, resource } } = situation;
    const about = resource.caseId ? { kind: 'case', caseId: resource.caseId }
      : actor.kind === 'staff' && resource.personId && { kind: 'person', personId: resource.personId };
    if (resource.kind !== 'item' || !about || !['staff', 'person'].includes(actor.kind)) {
      continue;
    }
    done += 1;
    situation.request.action = 'read';
    if (!(await decide(situation)).allowed) {
      continue;
    }
    read += 1;
    const whole = { ...situation, request: { ...situation.request, resource: { tenant: resource.tenant, ...about } } };
    assert.ok((await decide(whole)).allowed, `SAMVEV_SEED=${seed}: ${JSON.stringify(situation)}`);
  }
  t.diagnostic(`${read} of ${count} could read`);
  assert.ok(read > count / 20);
});
