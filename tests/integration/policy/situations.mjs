// Random situations in a town so small that everybody meets everybody; all made up.

const tenant = 9999;
const units = ['unit-school', 'unit-health', 'unit-welfare', 'unit-hospital'];
const workers = ['staff-1', 'staff-2', 'staff-3', 'staff-4'];
const citizens = ['person-child', 'person-2', 'person-3', 'person-4'];
const cases = ['case-1', 'case-2'];
const topics = [
  'coordination', 'plan', 'participation', 'child-voice', 'access', 'consent', 'health', 'mental-health', 'child-welfare', 'education',
];
const roles = [
  'protected-operations', 'address-reader', 'coordinating-unit', 'administrator', 'participant', 'auditor', 'privacy-officer',
];
const levels = ['open', 'internal', 'restricted', 'strict'];

export class Dice {
  constructor(seed) {
    this.state = (seed ^ 0x9e3779b9) >>> 0 || 1;
  }

  next() {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    this.state >>>= 0;
    return this.state;
  }

  roll(sides) {
    return this.next() % sides;
  }

  oneIn(sides) {
    return this.roll(sides) === 0;
  }

  pick(list) {
    return list[this.roll(list.length)];
  }

  some(list, most) {
    return [...new Set(Array.from({ length: this.roll(most + 1) }, () => this.pick(list)))];
  }
}

const dayAt = (start, days) => new Date(Date.parse(start) + days * 86400000).toISOString().slice(0, 10);

// Around midnight in Oslo in winter, in summer and on the days when the clock changes, or any time.
function someTime(dice) {
  const edges = [
    '2027-01-15T22:59:59Z', '2027-01-15T23:00:00Z', '2027-07-15T21:59:59Z', '2027-07-15T22:00:00Z',
    '2027-03-27T23:00:00Z', '2027-03-28T21:59:59Z', '2027-03-28T22:00:00Z', '2027-10-30T22:00:00Z',
    '2027-10-31T22:59:59Z', '2027-10-31T23:00:00Z', '2028-02-28T23:00:00Z', '2027-02-28T12:00:00Z',
  ];
  return dice.oneIn(2) ? dice.pick(edges) : `${dayAt('2027-01-01', dice.roll(500))}T12:00:00Z`;
}

// A day near `now`, so that what depends on days falls to either side of it.
const nearDay = (dice, now) => dayAt(now, dice.roll(5) - 2);

function period(dice, now) {
  return {
    ...(dice.oneIn(4) ? { from: nearDay(dice, now) } : {}),
    ...(dice.oneIn(4) ? { until: nearDay(dice, now) } : {}),
  };
}

function birthDay(dice, now) {
  const age = dice.pick([0, 5, 11, 12, 13, 15, 15, 16, 16, 17, 18, 18, 30]);
  const day = dice.oneIn(6) ? '2028-02-29' : nearDay(dice, now);
  const year = Number(now.slice(0, 4)) - age;
  return `${year}${day.slice(4) === '-02-29' && year % 4 ? '-02-28' : day.slice(4)}`;
}

function post(dice) {
  return {
    ...(dice.oneIn(3) ? {} : { staff: dice.pick(workers) }),
    ...(dice.oneIn(6) ? {} : { unit: dice.pick(units) }),
  };
}

function participation(dice, now) {
  const phase = dice.pick(['active', 'active', 'active', 'invited', 'ended']);
  return dice.oneIn(5)
    ? { phase, person: dice.pick(citizens), ...period(dice, now) }
    : { phase, ...post(dice), topics: dice.some(topics, 4), ...period(dice, now) };
}

function release(dice, now) {
  const statute = dice.oneIn(3);
  return {
    ground: statute ? 'statute' : 'consent',
    topics: dice.some(topics, 6),
    recipientUnits: dice.some(units, 3),
    ...(statute && dice.oneIn(2) ? { everyUnit: true } : {}),
    ...(statute ? { paragraph: dice.pick(['bvl § 13-2', 'hpl § 33']) } : {}),
    ...(dice.oneIn(3) ? { sourceUnits: dice.some(units, 2) } : {}),
    ...(dice.oneIn(5) ? { excludedTopics: dice.some(topics, 2) } : {}),
    ...(dice.oneIn(5) ? { excludedUnits: dice.some(units, 2) } : {}),
    ...(dice.oneIn(6) ? { withdrawn: true } : {}),
    ...period(dice, now),
  };
}

function emergency(dice, now) {
  const hours = (count) => new Date(Date.parse(now) + count * 3600000).toISOString();
  const from = dice.pick([-5, -4, -3, -1, 0, 1]);
  return {
    ...(dice.oneIn(4) ? post(dice) : { staff: dice.pick(workers), unit: dice.pick(units) }),
    from: hours(from), until: hours(from + dice.pick([1, 3, 4, 8])), reason: dice.pick(['danger', 'unreachable']),
  };
}

function invitation(dice, now, person) {
  const until = new Date(Date.parse(now) + dice.pick([-3600000, 0, 1000, 86400000, 86400000])).toISOString();
  return { phase: dice.pick(['redeemed', 'redeemed', 'redeemed', 'open', 'over']), person, until };
}

function map(dice, most, make) {
  return Object.fromEntries(Array.from({ length: dice.roll(most + 1) }, (_, i) => [`x${i}`, make()]));
}

function by(dice, ids, most, make) {
  return Object.fromEntries(dice.some(ids, most).map((id) => [id, make()]));
}

function aCase(dice, now) {
  return {
    ...(dice.oneIn(8) ? {} : { person: dice.oneIn(4) ? dice.pick(citizens) : citizens[0] }),
    ...(dice.oneIn(3) ? {} : { coordinator: post(dice) }),
    ...(dice.oneIn(3) ? { concernOwner: post(dice) } : {}),
    ...(dice.oneIn(6) ? { offeredTo: post(dice) } : {}),
    ...(dice.oneIn(6) ? { escalatedTo: [post(dice)] } : {}),
    participations: map(dice, 4, () => participation(dice, now)),
    releases: map(dice, 3, () => release(dice, now)),
    emergencies: map(dice, 2, () => emergency(dice, now)),
    ...(dice.oneIn(2) ? { invitations: map(dice, 2, () => invitation(dice, now, dice.pick(citizens))) } : {}),
  };
}

function aWorker(dice, now) {
  return {
    ...(dice.oneIn(12) ? { person: dice.pick(citizens) } : {}),
    homeUnit: dice.pick(units),
    signed: !dice.oneIn(4),
    assignments: map(dice, 3, () => ({
      role: dice.pick(roles), unit: dice.pick(units), ...(dice.oneIn(8) ? { ended: true } : {}), ...period(dice, now),
    })),
    ...(dice.oneIn(4) ? { standsInFor: [{ absent: dice.pick(workers), ...period(dice, now) }] } : {}),
  };
}

function aCitizen(dice, now) {
  const protection = ['none', 'none', 'none', 'none', 'none', 'client', 'confidential', 'strictly_confidential'];
  return {
    ...(dice.oneIn(8) ? {} : { birth: birthDay(dice, now) }),
    ...(dice.oneIn(2) ? { protection: dice.pick(protection) } : {}),
    guardians: by(dice, citizens.slice(1), 2, () => period(dice, now)),
    ...(dice.oneIn(4) ? { careUnit: dice.pick(units) } : {}),
    proxies: dice.oneIn(2) ? by(dice, citizens.slice(1), 1, () => ({ topics: dice.some(topics, 5), ...period(dice, now) })) : {},
    restrictions: dice.oneIn(8) ? by(dice, citizens, 1, () => period(dice, now)) : {},
    blocks: dice.oneIn(5) ? by(dice, [...workers, ...units, ...units], 2, () => period(dice, now)) : {},
    cases: dice.some(cases, 3),
  };
}

function someFacts(dice, now) {
  const all = (ids, make) => Object.fromEntries(ids.filter(() => !dice.oneIn(10)).map((id) => [id, make()]));
  return {
    tenant: dice.oneIn(150) ? 9998 : tenant,
    ...(dice.oneIn(15) ? { declarationRequired: true } : {}),
    units: all(units, () => ({
      ...(dice.oneIn(3) ? {} : { leader: dice.pick(workers) }),
      ...(dice.oneIn(4) ? { external: true } : {}),
      ...(dice.oneIn(4) ? { hidden: true } : {}),
    })),
    staff: all(workers, () => aWorker(dice, now)),
    cases: all(cases, () => aCase(dice, now)),
    persons: all(citizens, () => aCitizen(dice, now)),
    services: {
      'service-1': {
        topics: dice.oneIn(2) ? [] : dice.some(topics, 5), writes: dice.oneIn(2), actsAlone: !dice.oneIn(3), ...period(dice, now),
      },
    },
  };
}

function someActor(dice) {
  const kind = dice.pick(['staff', 'staff', 'staff', 'staff', 'staff', 'person', 'person', 'person', 'service']);
  const strange = dice.oneIn(30);
  const actor = { kind: dice.oneIn(60) ? 'system' : kind, tenant: dice.oneIn(150) ? 9998 : tenant };
  const purposes = actor.kind === 'person'
    ? ['own-case', 'representation', 'coordination']
    : ['coordination', 'visit', 'leadership', 'emergency', 'protection'];
  actor.purpose = strange ? dice.pick(['', 'research', 'audit', 'own-case', 'visit']) : dice.pick(purposes);
  if (actor.kind === 'person') {
    actor.id = dice.oneIn(60) ? '' : dice.pick(citizens);
    if (dice.oneIn(4)) {
      Object.assign(actor, { invitation: dice.pick(['x0', 'x0', 'x1']), invitedTo: dice.pick([cases[0], ...cases]) });
    }
  } else if (actor.kind === 'staff') {
    actor.id = dice.pick(workers);
    if (dice.oneIn(12)) {
      actor.roles = [dice.pick(['auditor', 'privacy-officer', 'coordinating-unit', 'municipal-director'])];
      actor.purpose = dice.pick(['audit', 'privacy', actor.purpose]);
    }
  } else if (actor.kind === 'service') {
    actor.id = dice.oneIn(20) ? 'service-2' : 'service-1';
    actor.onBehalfOf = dice.pick(['', '', `staff/${dice.pick(workers)}`, `person/${dice.pick(citizens)}`, 'robot/9']);
    actor.roles = dice.oneIn(15) ? ['auditor'] : [];
  } else {
    actor.id = 'case';
    actor.roles = [dice.pick(['system:timer', 'system:reaction', 'system:door'])];
  }
  return actor;
}

function someItem(dice, actor) {
  const parties = [...workers, ...citizens, ...units, ...units, actor.id];
  const topic = dice.oneIn(12) ? 'organisation' : dice.pick(topics);
  return {
    topic,
    confidentiality: dice.pick([...levels, 'internal', 'restricted']),
    ...(dice.oneIn(2) ? { ownerUnit: dice.pick(units) } : {}),
    ...(dice.oneIn(8) ? { subjects: dice.some(citizens, 2) } : {}),
    ...(dice.oneIn(4) ? { audience: dice.some(parties, 3) } : {}),
    ...(dice.oneIn(5) ? { withheldFrom: dice.some([...parties, 'guardians', 'guardians', 'guardians'], 2) } : {}),
    ...(topic === 'consent' ? { givesConsentFor: dice.some(topics.slice(6), 3) } : {}),
  };
}

function someResource(dice, actor) {
  const kinds = ['item', 'item', 'item', 'item', 'item', 'case', 'case', 'person', 'person', 'unit', 'access_log', 'consultation', 'emergency', 'erasure'];
  const kind = dice.pick(kinds);
  const resource = { kind, tenant: dice.oneIn(150) ? 9998 : tenant };
  const aCaseId = () => (dice.oneIn(20) ? 'case-none' : dice.pick([...cases, cases[0]]));
  const aPersonId = () => (dice.oneIn(15) ? 'person-none' : dice.oneIn(2) ? citizens[0] : dice.pick(citizens));
  if (kind === 'item') {
    const of = dice.pick(['case', 'case', 'case', 'case', 'case', 'person', 'none']);
    Object.assign(resource, of === 'case' ? { caseId: aCaseId() } : of === 'person' ? { personId: aPersonId() } : {});
    resource.item = someItem(dice, actor);
    if (of === 'none' && !dice.oneIn(3)) {
      resource.item.topic = 'organisation';
      Object.assign(resource, dice.oneIn(2) ? { unitId: dice.pick(units) } : {});
    }
    resource.wholeTopic = of === 'case' && dice.oneIn(3);
  } else if (kind === 'case') {
    resource.caseId = aCaseId();
  } else if (kind === 'person' || kind === 'access_log') {
    resource.personId = aPersonId();
  } else if (kind === 'unit') {
    resource.unitId = dice.oneIn(10) ? 'unit-none' : dice.pick(units);
    Object.assign(resource, dice.oneIn(4) ? { staffId: dice.oneIn(2) ? actor.id : dice.pick(workers), declares: dice.oneIn(2) } : {});
  } else if (kind === 'erasure') {
    Object.assign(resource, dice.oneIn(3) ? { personId: aPersonId() } : { caseId: aCaseId() });
  } else if (kind === 'emergency') {
    Object.assign(resource, { caseId: aCaseId(), grantId: dice.pick(['x0', 'x0', 'x1', 'x2']), item: { ownerUnit: dice.pick(units) } });
  } else {
    resource.item = someItem(dice, actor);
    Object.assign(resource, dice.oneIn(8) ? { caseId: aCaseId() } : dice.oneIn(8) ? { personId: aPersonId() } : {});
    resource.item.subjects = dice.oneIn(6) ? dice.some(citizens, 1) : [];
  }
  return resource;
}

// A fact for (or against) whoever asks: among facts drawn at random few have to do with them.
function favour(dice, situation) {
  const { facts, now, request: { actor, resource } } = situation;
  const person = actor.kind === 'person' || actor.onBehalfOf?.startsWith('person/');
  const id = actor.onBehalfOf ? actor.onBehalfOf.split('/')[1] : actor.id;
  const one = facts.cases[resource.caseId] ?? facts.cases[cases[0]];
  const child = facts.persons[resource.caseId ? one?.person : resource.personId ?? one?.person];
  const home = facts.staff[id]?.homeUnit ?? dice.pick(units);
  const unit = resource.item?.ownerUnit ?? home;
  const topic = resource.item?.topic ?? dice.pick(topics);
  const often = () => (dice.oneIn(4) ? period(dice, now) : {});
  const sits = () => {
    one.participations.more = {
      phase: dice.oneIn(6) ? 'invited' : 'active', ...(dice.oneIn(4) ? {} : { staff: id }), unit: home,
      topics: dice.oneIn(5) ? dice.some(topics, 3) : [topic], ...often(),
    };
  };
  const steers = () => { one[dice.oneIn(3) ? 'concernOwner' : 'coordinator'] = { staff: id, ...(dice.oneIn(2) ? { unit: home } : {}) }; };
  const told = () => {
    const what = resource.item && dice.oneIn(2) ? dice.pick(topics.slice(6)) : topic;
    Object.assign(resource.item ?? {}, { topic: what });
    (dice.oneIn(3) ? steers : sits)();
    one.participations.more?.topics?.push(what);
    one.releases.more = {
      ground: dice.pick(['consent', 'statute']), topics: [what, dice.pick(topics)], recipientUnits: [home], paragraph: 'sosl § 1',
      ...(dice.oneIn(3) ? { sourceUnits: [dice.oneIn(2) ? unit : dice.pick(units)] } : {}),
      ...(dice.oneIn(8) ? { everyUnit: true, recipientUnits: [] } : {}),
      ...(dice.oneIn(8) ? { excludedTopics: dice.some(topics, 2) } : {}),
      ...(dice.oneIn(8) ? { excludedUnits: [dice.oneIn(2) ? home : dice.pick(units)] } : {}),
      ...(dice.oneIn(8) ? { withdrawn: true } : {}),
      ...often(),
    };
  };
  const consents = () => {
    situation.request.action = dice.pick(['write', 'write', 'read']);
    Object.assign(resource.item, {
      topic: 'consent', confidentiality: dice.pick(['internal', 'restricted']), givesConsentFor: dice.some(topics.slice(6), 2),
      ...(dice.oneIn(2) ? { audience: [], withheldFrom: [] } : {}),
    });
  };
  const holds = (role) => {
    if (facts.staff[id]) {
      facts.staff[id].assignments[role] = { role, unit: dice.oneIn(2) ? home : unit, ...often() };
    }
  };
  const byCitizens = [
    () => { one.participations.more = { phase: dice.oneIn(6) ? 'invited' : 'active', person: id, ...often() }; },
    () => { child.guardians[id] = often(); },
    () => { child.guardians[id] = often(); consents(); },
    () => { child.proxies[id] = { topics: [topic], ...often() }; },
    () => { one.person = id; },
    () => { one.person = id; consents(); },
    () => { child.restrictions[dice.oneIn(3) ? id : dice.pick(citizens)] = often(); },
  ];
  const byStaff = [
    sits, sits, steers,
    told, told, told,
    () => { one.emergencies.x0 = { ...emergency(dice, now), staff: id }; },
    () => {
      const grant = one.emergencies.x0 ?? emergency(dice, now);
      one.emergencies.x0 = grant;
      (facts.units[grant.unit] ?? {}).leader = id;
    },
    () => { (facts.units[dice.oneIn(2) ? home : unit] ?? {}).leader = id; },
    () => { (facts.units[resource.unitId ?? home] ?? {}).hidden = true; },
    () => { one.participations.theirs = { phase: 'active', unit: home, ...often() }; },
    () => { holds(dice.pick(roles)); },
    () => { child.careUnit = home; },
    () => { child.careUnit = home; consents(); },
    () => { one.escalatedTo = [{ ...(dice.oneIn(3) ? {} : { staff: id }), unit }]; },
    () => { child.blocks[dice.pick([unit, home, id])] = often(); },
    () => { (facts.staff[id] ?? {}).person = dice.pick(citizens); },
    () => { (facts.staff[id] ?? {}).standsInFor = [{ absent: dice.pick(workers), ...often() }]; },
    () => {
      holds(dice.pick(['protected-operations', 'address-reader', 'address-reader']));
      sits();
      child.protection = dice.pick(['client', 'confidential', 'confidential', 'strictly_confidential']);
      actor.purpose = dice.pick(['visit', 'visit', 'coordination']);
    },
  ];
  const byAnybody = [
    () => { child.protection = dice.pick(['none', 'client', 'confidential', 'strictly_confidential']); },
    () => { resource.item.audience = [dice.pick([id, home, unit, ...units])]; },
    () => { resource.item.withheldFrom = [dice.pick([id, home, unit, 'guardians', 'guardians'])]; },
    consents,
  ];
  // What a change needs may not be there: then there is no change.
  try {
    dice.pick(dice.oneIn(4) ? byAnybody : person ? byCitizens : byStaff)();
  } catch (error) {
    if (!(error instanceof TypeError)) {
      throw error;
    }
  }
}

export function someSituation(dice) {
  const now = someTime(dice);
  const actor = someActor(dice);
  const situation = {
    facts: someFacts(dice, now),
    request: {
      actor,
      login: dice.pick(['high', 'high', 'high', 'high', 'substantial', dice.oneIn(5) ? 'none' : 'substantial']),
      ...(dice.oneIn(25) ? { loginNeeded: 'high' } : actor.invitation && dice.oneIn(2) ? { loginNeeded: 'low' } : {}),
      action: dice.pick(['read', 'read', 'read', 'list', 'search', 'search', 'write', 'write', dice.oneIn(6) ? 'explain' : 'read']),
      resource: someResource(dice, actor),
    },
    now,
  };
  const invitedTo = situation.facts.cases[actor.invitedTo];
  if (invitedTo && !dice.oneIn(4)) {
    situation.request.login = 'low';
    invitedTo.invitations = { [actor.invitation]: invitation(dice, now, actor.id) };
    if (!dice.oneIn(4) && situation.request.resource.caseId) {
      situation.request.resource.caseId = actor.invitedTo;
    }
  }
  if (actor.roles?.length > 0 && dice.oneIn(4)) {
    situation.request.action = 'explain';
  }
  for (let favours = dice.roll(7); favours > 0; favours -= 1) {
    favour(dice, situation);
  }
  for (const [id, person] of Object.entries(situation.facts.persons)) {
    delete person.guardians[id]; // nobody is their own parent
    delete person.proxies[id];
  }
  return situation;
}

// Every situation that has one thing less.
export function* smaller(value, path = []) {
  if (typeof value !== 'object' || value === null) {
    return;
  }
  for (const key of Object.keys(value)) {
    yield [...path, key];
  }
  for (const key of Object.keys(value)) {
    yield* smaller(value[key], [...path, key]);
  }
}

export function without(situation, path) {
  const copy = structuredClone(situation);
  const last = path.at(-1);
  const parent = path.slice(0, -1).reduce((value, key) => value?.[key], copy);
  if (Array.isArray(parent)) {
    parent.splice(Number(last), 1);
  } else if (parent) {
    delete parent[last];
  }
  return copy;
}
