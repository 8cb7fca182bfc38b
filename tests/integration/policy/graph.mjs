// A situation (facts, request, time) as Cedar sees it: who the caller is today, what the resource
// is and who belongs to it, and the witnesses that a permit may lean on.

const text = (value) => (value ? [value] : []);
const keys = (map) => Object.keys(map ?? {});
const values = (map) => Object.values(map ?? {});

const osloDay = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Oslo' });
const within = (period, day) => (!period.from || period.from <= day) && (!period.until || day <= period.until);
const activeOn = (map, day) => keys(map).filter((key) => within(map[key], day));

export function ageOn(birth, day) {
  const years = Number(day.slice(0, 4)) - Number(birth.slice(0, 4));
  return day.slice(5) < birth.slice(5) ? years - 1 : years;
}

// The user behind a plugin; a program that names none acts alone. Roles stay with the plugin.
function callerOf(actor) {
  const [, kind, id] = /^(staff|person)\/(.*)$/.exec((actor.kind === 'service' && actor.onBehalfOf) || '') ?? [];
  return kind ? { kind, id, roles: [] } : { kind: actor.kind, id: actor.id, roles: actor.roles ?? [] };
}

function aboutWhom(resource, facts) {
  if (resource.caseId) {
    const found = facts.cases?.[resource.caseId];
    return { cases: found ? [found] : [], childId: found?.person ?? '' };
  }
  const childId = resource.personId ?? '';
  const cases = (facts.persons?.[childId]?.cases ?? []).map((id) => facts.cases?.[id]).filter(Boolean);
  return { cases, childId };
}

// Where somebody was registered they belong until a role of theirs there is over.
function belongs(facts, staffId, unit, day) {
  const staff = facts.staff?.[staffId];
  if (!staff || !unit) {
    return false;
  }
  const there = values(staff.assignments).filter((one) => one.unit === unit);
  const over = there.some((one) => one.ended || (one.until && one.until < day));
  return there.some((one) => !one.ended && within(one, day)) || (staff.homeUnit === unit && !over);
}

function seatsOf(view, one) {
  const seats = [];
  const add = (post, rank, scope) => {
    const sits = view.acting.some((id) => (post.staff ? post.staff === id : Boolean(post.unit))
      && (!post.unit || belongs(view.facts, id, post.unit, view.day)));
    if (sits && !view.shutsOut.includes(post.unit)) {
      seats.push({ rank, unit: text(post.unit), scope, at: one });
    }
  };
  const responsible = one.coordinator ?? one.concernOwner;
  if (responsible) {
    add(responsible, 2, []);
  }
  for (const part of values(one.participations)) {
    if (part.phase !== 'ended' && within(part, view.day)) {
      add(part, part.phase === 'active' ? 1 : 0, part.topics ?? []);
    }
  }
  if (one.offeredTo) {
    add(one.offeredTo, 0, []);
  }
  return seats;
}

function isRunning(view, grant) {
  const hours = 3600 * 1000;
  const [from, until] = [Date.parse(grant.from), Date.parse(grant.until)];
  return from <= view.now && view.now < Math.min(until, from + 4 * hours);
}

function emergencyOf(view, cases) {
  return cases.flatMap((one) => values(one.emergencies)).filter((grant) => grant.staff === view.who.id
    && !view.shutsOut.includes(grant.unit) && isRunning(view, grant));
}

function principalOf(view) {
  const { who, facts, day } = view;
  const staff = facts.staff?.[who.id] ?? {};
  const units = keys(facts.units);
  const given = values(staff.assignments);
  const lost = (role) => given.some((one) => one.role === role)
    && !given.some((one) => one.role === role && !one.ended && within(one, day));
  const mandates = who.kind === 'staff' ? who.roles.filter((role) => !lost(role)) : who.roles;
  const common = { name: who.id, tenant: view.tenant, mandates };
  if (who.kind !== 'staff') {
    return common;
  }
  return {
    ...common,
    registered: Boolean(facts.staff?.[who.id]),
    signed: staff.signed ?? false,
    private: text(staff.person),
    acting: view.acting,
    units: view.allUnits.filter((unit) => belongs(facts, who.id, unit, day)),
    roles: given
      .filter((one) => !one.ended && within(one, day) && !view.shutsOut.includes(one.unit))
      .flatMap((one) => text(one.role)),
    leads: units.filter((unit) => view.acting.includes(facts.units[unit].leader) && !view.shutsOut.includes(unit)),
  };
}

function typeOf(resource) {
  const item = resource.caseId ? 'CaseItem' : resource.personId ? 'PersonItem' : 'Item';
  return {
    case: 'Case', person: 'PersonFile', item, unit: 'Unit', access_log: 'AccessLog', consultation: 'Consultation',
    emergency: 'Emergency', erasure: 'Erasure',
  }[resource.kind];
}

function resourceOf(view, resource, cases, childId) {
  const { facts, day } = view;
  const item = resource.item ?? {};
  const child = facts.persons?.[childId] ?? {};
  const subjects = item.subjects ?? [];
  const about = [...text(childId), ...subjects];
  const parts = cases.flatMap((one) => values(one.participations));
  const activeParts = parts.filter((part) => part.phase === 'active' && within(part, day));
  const escalated = cases.flatMap((one) => one.escalatedTo ?? []);
  const asked = cases.map((one) => one.emergencies?.[resource.grantId]).filter(Boolean).slice(0, 1);
  const type = typeOf(resource);
  return {
    tenant: resource.tenant,
    topic: item.topic ?? '',
    confidentiality: ['open', 'internal', 'restricted', 'strict'].indexOf(item.confidentiality ?? 'internal'),
    owner: text(item.ownerUnit),
    audience: item.audience ?? [],
    withheld: item.withheldFrom ?? [],
    consentFor: item.givesConsentFor ?? [],
    wholeTopic: resource.wholeTopic ?? false,
    names: Boolean(resource.caseId || resource.personId || subjects.length > 0),
    child: text(childId),
    age: child.birth ? ageOn(child.birth, day) : -1,
    careUnit: text(child.careUnit),
    guardians: activeOn(child.guardians, day),
    represents: [...keys(child.guardians), ...keys(child.proxies)],
    keepsAway: about.flatMap((id) => activeOn(facts.persons?.[id]?.restrictions, day)),
    shutsOut: view.shutsOut,
    family: [
      ...about, ...cases.flatMap((one) => text(one.person)), ...keys(child.guardians), ...keys(child.proxies),
      ...keys(child.restrictions), ...parts.flatMap((part) => text(part.person)),
    ],
    network: activeParts.flatMap((part) => text(part.person)),
    knownCases: cases.length > 0,
    units: [
      ...activeParts.flatMap((part) => text(part.unit)),
      ...cases.flatMap((one) => [...text(one.coordinator?.unit), ...text(one.concernOwner?.unit)]),
    ],
    escalatedToUnits: escalated.filter((post) => !post.staff).map((post) => post.unit ?? ''),
    escalatedToStaff: escalated.filter((post) => post.staff && !view.shutsOut.includes(post.unit)).map((post) => post.staff),
    openedBy: asked.map((grant) => grant.staff ?? ''),
    openedIn: asked.flatMap((grant) => text(grant.unit)),
    isRunning: asked.some((grant) => isRunning(view, grant)),
    exists: Boolean(type === 'Case' ? facts.cases?.[resource.caseId] : facts.persons?.[resource.personId]),
    unit: text(resource.unitId),
    staff: text(resource.staffId),
    declarationOf: resource.declares ? text(resource.staffId) : [],
    hidden: facts.units?.[resource.unitId]?.hidden ?? false,
  };
}

// Who came by an invitation: whether it holds, and whether this is what it is for.
function invitedOf({ facts, now }, { actor, resource }) {
  const one = facts.cases?.[actor.invitedTo]?.invitations?.[actor.invitation];
  return {
    holds: Boolean(one && one.phase === 'redeemed' && one.person === actor.id && now < Date.parse(one.until)),
    here: Boolean(resource.caseId) && resource.caseId === actor.invitedTo,
    aboutNobody: !resource.caseId && !resource.personId,
  };
}

function contextOf(view, request, cases, childId) {
  const { facts, day, who } = view;
  const levels = ['none', 'client', 'confidential', 'strictly_confidential'];
  const level = (id) => levels.indexOf(facts.persons?.[id]?.protection ?? 'none');
  const others = [childId, ...(request.resource.item?.subjects ?? [])].filter((id) => id !== who.id);
  const proxy = facts.persons?.[childId]?.proxies?.[who.id];
  const grant = facts.services?.[request.actor.id];
  const logins = ['none', 'low', 'substantial', 'high'];
  const needed = logins.indexOf(request.loginNeeded ?? 'substantial');
  return {
    factsTenant: facts.tenant,
    purpose: request.actor.purpose ?? '',
    login: logins.indexOf(request.login ?? 'high'),
    loginNeeded: request.actor.invitation && request.action !== 'write' ? Math.min(needed, logins.indexOf('low')) : needed,
    ...(request.actor.invitation ? { invited: invitedOf(view, request) } : {}),
    declarationRequired: facts.declarationRequired ?? false,
    protection: Math.max(0, ...others.map(level)),
    childProtection: level(childId),
    sits: view.seats.some((seat) => seat.rank >= 1),
    inside: view.seats.some((seat) => seat.rank >= 1
      && seat.unit.some((unit) => facts.units?.[unit] && !facts.units[unit].external)),
    ...(proxy && within(proxy, day) ? { proxy: proxy.topics ?? [] } : {}),
    ...(view.emergencies.length > 0 ? { emergency: true } : {}),
    ...(request.actor.kind === 'service' ? {
      service: {
        granted: Boolean(grant && within(grant, day)),
        writes: grant?.writes ?? false,
        alone: grant?.actsAlone ?? false,
        topics: grant?.topics ?? [],
      },
    } : {}),
  };
}

// One context per witness: none, each seat, each release under which a seat may be told.
function witnesses(view, context) {
  const all = view.seats.length === 0 ? [context] : [];
  for (const { rank, unit, scope, at } of view.seats) {
    const seat = { rank, unit, scope };
    all.push({ ...context, seat });
    for (const release of values(at.releases)) {
      if (!release.withdrawn && within(release, view.day)) {
        all.push({
          ...context,
          seat,
          release: {
            ground: release.ground ?? 'consent', topics: release.topics ?? [], exceptTopics: release.excludedTopics ?? [],
            to: release.recipientUnits ?? [], toAll: release.everyUnit ?? false, exceptUnits: release.excludedUnits ?? [],
            from: release.sourceUnits ?? [],
          },
        });
      }
    }
  }
  return all;
}

// {principal, resource, entities, contexts, bases}
export function graphOf({ facts, request, now }) {
  const { resource } = request;
  const { cases, childId } = aboutWhom(resource, facts);
  const day = osloDay.format(new Date(now));
  const who = callerOf(request.actor);
  const view = { facts, who, tenant: request.actor.tenant, now: Date.parse(now), day };
  view.shutsOut = activeOn(facts.persons?.[childId]?.blocks, day);
  view.acting = who.kind === 'staff'
    ? [who.id, ...(facts.staff?.[who.id]?.standsInFor ?? []).filter((one) => within(one, day)).map((one) => one.absent)]
    : [];
  view.allUnits = [...new Set([
    ...keys(facts.units),
    ...values(facts.staff).flatMap((one) => [...text(one.homeUnit), ...values(one.assignments).flatMap((a) => text(a.unit))]),
  ])];
  view.seats = who.kind === 'staff' ? cases.flatMap((one) => seatsOf(view, one)) : [];
  view.emergencies = who.kind === 'staff' ? emergencyOf(view, cases) : [];

  const kinds = { staff: 'Staff', person: 'Person', service: 'Service', system: 'System' };
  const principal = { type: kinds[who.kind], id: who.id || 'nobody' };
  const thing = { type: typeOf(resource), id: 'it' };
  return {
    principal,
    resource: thing,
    entities: [
      { uid: principal, attrs: principalOf(view), parents: [] },
      { uid: thing, attrs: resourceOf(view, resource, cases, childId), parents: [] },
    ],
    contexts: witnesses(view, contextOf(view, request, cases, childId)),
    reasons: view.emergencies.map((grant) => grant.reason ?? ''),
    paragraphs: cases.flatMap((one) => values(one.releases)).filter((one) => one.ground === 'statute')
      .map((one) => one.paragraph ?? ''),
  };
}
