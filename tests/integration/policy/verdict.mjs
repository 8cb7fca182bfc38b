// What the Cedar policies say of a situation: allowed, on which terms; or denied, and what is told.
import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';

import {
  policySetTextToParts, policyToJson, preparsePolicySet, statefulIsAuthorized,
} from '@cedar-policy/cedar-wasm/nodejs';

import { graphOf } from './graph.mjs';

// Node 20 stops at times ("unreachable code" in its deoptimizer) when it has inlined a call of Wasm.
setFlagsFromString('--no-turbo-inline-js-wasm-calls');

export const fieldGroups = ['text', 'identifiers', 'address', 'contact', 'location'];

const notes = {}; // policy id -> its annotations
const staticPolicies = {};
for (const source of policySetTextToParts(readFileSync(new URL('policy.cedar', import.meta.url), 'utf8')).policies) {
  const { json } = policyToJson(source);
  notes[json.annotations.id] = json.annotations;
  staticPolicies[json.annotations.id] = source;
}
const parsed = preparsePolicySet('access', { staticPolicies });
if (parsed.type !== 'success') {
  throw new Error(JSON.stringify(parsed.errors));
}

function ask(graph, action, context) {
  const answer = statefulIsAuthorized({
    principal: graph.principal, action: { type: 'Action', id: action }, resource: graph.resource, context,
    preparsedPolicySetId: 'access', entities: graph.entities,
  });
  const errors = answer.type === 'success' ? answer.response.diagnostics.errors : answer.errors;
  if (errors.length > 0) {
    throw new Error(JSON.stringify(errors));
  }
  return { allowed: answer.response.decision === 'allow', policies: answer.response.diagnostics.reason };
}

// Any witness will do for a permit; forbids do not depend on them.
function askAll(graph, action, change = {}) {
  const answers = graph.contexts.map((context) => ask(graph, action, { ...context, ...change }));
  if (!answers.some((answer) => answer.allowed)) {
    return { allowed: false, policies: answers[0].policies };
  }
  const allowing = answers.filter((answer) => answer.allowed);
  return {
    allowed: true,
    policies: [...new Set(allowing.flatMap((answer) => answer.policies))],
    contexts: graph.contexts.filter((context, i) => answers[i].allowed),
  };
}

// No field is shown with a witness that does not show the whole.
const shows = (graph, action, contexts, field) => contexts.some((context) => ask(graph, action, { ...context, field }).allowed);

const invisible = { allowed: false, told: [], policies: [] };

function denial(graph, action, forbids) {
  const told = (ids) => ids.map((id) => Number(notes[id].told));
  const boundary = forbids.filter((id) => notes[id].boundary);
  const hard = forbids.filter((id) => !notes[id].boundary && !notes[id].late);
  if (boundary.some((id) => notes[id].boundary === 'silent')) {
    return { ...invisible, policies: boundary };
  }
  if (boundary.length > 0) {
    return { allowed: false, told: told(boundary), policies: boundary };
  }
  if (hard.some((id) => !notes[id].told)) {
    return { ...invisible, policies: hard };
  }
  if (hard.length > 0) {
    return { allowed: false, told: told(hard), policies: hard };
  }
  if (forbids.length > 0 && askAll(graph, action, { login: 3 }).allowed) {
    return { allowed: false, told: told(forbids), policies: forbids };
  }
  if (action === 'write' && askAll(graph, 'read').allowed) {
    return { allowed: false, told: [40301], policies: ['may-read'] };
  }
  if (['read', 'list', 'search'].includes(action) && askAll(graph, 'hear-of-emergency').allowed) {
    return { allowed: false, told: [40303], policies: ['emergency-would-open-it'] };
  }
  return { ...invisible, policies: forbids };
}

// allowed: {redacted, logs: those that the permits ask for, bases}; denied: {told: codes, [] = invisible}
export function verdictOf(situation) {
  const graph = graphOf(situation);
  const { action } = situation.request;
  const answer = askAll(graph, action);
  if (!answer.allowed) {
    return denial(graph, action, answer.policies);
  }
  const logs = answer.policies.map((id) => (action === 'write' && notes[id].log === 'read' ? 'none' : notes[id].log));
  return {
    allowed: true,
    policies: answer.policies,
    redacted: fieldGroups.filter((field) => !shows(graph, action, answer.contexts, field)),
    logs,
    bases: { disclosure: graph.paragraphs, emergency: graph.reasons },
  };
}

// Why they differ, in words; empty when they do not.
export function difference(ours, cedar) {
  if (ours.allowed !== cedar.allowed) {
    return `${ours.rule} ${ours.allowed ? 'allows' : 'denies'}, Cedar does not: ${cedar.policies.join(', ') || 'no permit'}`;
  }
  if (!ours.allowed) {
    const same = ours.denial === 40401 ? cedar.told.length === 0 : cedar.told.includes(ours.denial);
    return same ? '' : `${ours.rule} tells ${ours.denial}, Cedar ${cedar.told.join(' or ') || 40401}: ${cedar.policies.join(', ')}`;
  }
  if (ours.redacted.join() !== cedar.redacted.join()) {
    return `${ours.rule} redacts [${ours.redacted}], Cedar [${cedar.redacted}]: ${cedar.policies.join(', ')}`;
  }
  if (!cedar.logs.includes(ours.log)) {
    return `${ours.rule} logs ${ours.log}, Cedar ${cedar.logs.join(' or ')}: ${cedar.policies.join(', ')}`;
  }
  if (ours.log in cedar.bases && !cedar.bases[ours.log].includes(ours.basis)) {
    return `${ours.rule} rests on '${ours.basis}', Cedar on one of [${cedar.bases[ours.log]}]`;
  }
  return (ours.log === 'emergency') === (ours.notified === 3) ? '' : `${ours.rule} tells ${ours.notified} of an emergency`;
}
