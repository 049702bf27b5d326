import { describe, expect, it } from 'vitest';
import type { AigcSite, C2paSummary, Manifest, Outcome, RuleResult, Severity } from '@labeler/engine/types';
import {
  aiFinding,
  aigcRows,
  headlineRegions,
  integrityOf,
  openRules,
  originRows,
  provenanceTree,
  regionsOf,
  rulesWith,
  standingsIn,
} from './report.ts';

const trained = 'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia';

function manifest(label: string, ingredients: string[], more: Partial<Manifest> = {}): Manifest {
  return {
    label,
    active: false,
    title: null,
    instanceId: null,
    claimGenerator: null,
    claimVersion: 2,
    signedBy: null,
    signedAt: null,
    actions: [],
    ingredients: ingredients.map((activeManifest) => ({ relationship: 'parentOf', activeManifest, failures: [] })),
    softBindings: [],
    trainingMining: [],
    assertedSourceTypes: [],
    aiDisclosures: [],
    identities: [],
    assertions: [],
    ...more,
  };
}

function summary(manifests: Manifest[]): C2paSummary {
  return {
    integrity: 'intact',
    activeManifest: manifests[0]?.label ?? null,
    signer: null,
    certificateTime: 'in_time',
    timeStamp: null,
    validation: { success: [], informational: [], failure: [] },
    manifests,
  };
}

function rule(id: string, outcome: Outcome, severity: Severity): RuleResult {
  return {
    id,
    region: 'eu',
    title: id,
    reference: { instrument: '', provision: '' },
    requirement: '',
    validFrom: '2026-08-02',
    severity,
    outcome,
    message: { key: '', text: '' },
    lawDay: '2026-11-21',
  };
}

describe('rulesWith', () => {
  it('puts what the law demands first and keeps the order otherwise', () => {
    const rules = [
      rule('a', 'fail', 'informational'),
      rule('b', 'fail', 'required'),
      rule('c', 'pass', 'required'),
      rule('d', 'fail', 'required'),
    ];
    expect(rulesWith('fail', rules).map(({ id }) => id)).toEqual(['b', 'd', 'a']);
  });
});

describe('openRules', () => {
  const open = (id: string, key: string) => ({ ...rule(id, 'undetermined', 'required'), message: { key, text: '' } });

  it('tells the rules that wait for the one answer from those that are open for themselves', () => {
    const region = {
      rules: [open('a', 'common.ai.unknown'), open('b', 'own'), rule('c', 'pass', 'required')],
      openReason: { key: 'common.ai.unknown', text: '' },
    } as never;
    const { same, others } = openRules(region);
    expect(same.map(({ id }) => id)).toEqual(['a']);
    expect(others.map(({ id }) => id)).toEqual(['b']);
    expect(openRules({ rules: [open('a', 'common.ai.unknown')] } as never).others).toHaveLength(1);
  });

  it('says a reason that several rules have in common once', () => {
    const { shared, others } = openRules({
      rules: [open('a', 'elsewhere'), open('b', 'own'), open('c', 'elsewhere'), open('d', 'elsewhere')],
    } as never);
    expect(shared.map((group) => group.map(({ id }) => id))).toEqual([['a', 'c', 'd']]);
    expect(others.map(({ id }) => id)).toEqual(['b']);
  });
});

describe('standingsIn', () => {
  it('names those that occur, the strongest first', () => {
    const cited = (standing?: string) => ({ fact: '', value: '', site: { location: '' }, standing }) as never;
    const verdicts = {
      eu: { rules: [{ ...rule('a', 'pass', 'required'), evidence: [cited('seen'), cited()] }] },
    } as never;
    expect(standingsIn({ ai: { evidence: [cited('statedUnsigned'), cited('verified')] } as never, verdicts })).toEqual([
      'verified',
      'seen',
      'statedUnsigned',
    ]);
  });
});

describe('regionsOf', () => {
  it('shows the EU, California and China first, whatever else there is', () => {
    const any = {} as never;
    expect(regionsOf({ china: any, washington: any, eu: any, california: any }).map(([id]) => id)).toEqual([
      'eu',
      'california',
      'china',
      'washington',
    ]);
  });
});

describe('headlineRegions', () => {
  it('leaves out a law that asks nothing yet, but never one of the three', () => {
    const verdict = (outcome: Outcome, key = '') => ({ verdict: outcome, sentence: { key } }) as never;
    const all = { eu: verdict('notApplicable'), washington: verdict('notApplicable') };
    expect(headlineRegions(all).map(([id]) => id)).toEqual(['eu']);
    expect(headlineRegions({ ...all, washington: verdict('fail') }).map(([id]) => id)).toEqual(['eu', 'washington']);
    expect(
      headlineRegions({ ...all, utah: verdict('notApplicable', 'verdict.informational') }).map(([id]) => id),
    ).toEqual(['eu', 'utah']);
  });
});

describe('integrityOf', () => {
  const broken = (...codes: string[]) => {
    const c2pa = summary([]);
    return integrityOf({
      ...c2pa,
      integrity: 'broken',
      validation: { ...c2pa.validation, failure: codes.map((code) => ({ code })) },
    });
  };

  it('keeps an expired or untrusted certificate apart from a changed file', () => {
    expect(broken('signingCredential.untrusted', 'signingCredential.expired')).toBe('unverified');
    expect(broken('signingCredential.expired', 'assertion.dataHash.mismatch')).toBe('broken');
    expect(broken('claimSignature.mismatch')).toBe('broken');
    expect(broken()).toBe('broken');
    expect(integrityOf(summary([]))).toBe('intact');
  });
});

describe('aiFinding', () => {
  it('finds the statement in an ingredient and says so', () => {
    const c2pa = summary([
      manifest('outer', ['inner'], { active: true, actions: [{ action: 'c2pa.converted' }] }),
      manifest('inner', [], { actions: [{ action: 'c2pa.created', digitalSourceType: trained }] }),
    ]);
    expect(aiFinding(c2pa)).toEqual({ statement: 'generated', active: false, term: 'trainedAlgorithmicMedia' });
  });

  it('prefers the active manifest among equal statements', () => {
    const action = { action: 'c2pa.created', digitalSourceType: trained };
    const c2pa = summary([
      manifest('a', [], { actions: [action] }),
      manifest('b', [], { active: true, actions: [action] }),
    ]);
    expect(aiFinding(c2pa).active).toBe(true);
  });

  it('tells an unknown term from silence', () => {
    const odd = summary([
      manifest('a', [], { active: true, actions: [{ action: 'x', digitalSourceType: 'http://example.org/#mystery' }] }),
    ]);
    expect(aiFinding(odd)).toMatchObject({ statement: 'other', term: 'mystery' });
    expect(aiFinding(summary([])).statement).toBe('silent');
  });
});

describe('provenanceTree', () => {
  it('unfolds each manifest once, also when manifests refer to each other in a circle', () => {
    const tree = provenanceTree(summary([manifest('a', ['b', 'b'], { active: true }), manifest('b', ['a'])]));
    expect(tree?.children.map((child) => child.repeated)).toEqual([false, true]);
    expect(tree?.children[0]?.children).toMatchObject([{ repeated: true, children: [] }]);
  });

  it('stays shallow for a chain of a thousand manifests', () => {
    const chain = Array.from({ length: 1000 }, (_, i) => manifest(`m${i}`, [`m${i + 1}`], { active: i === 0 }));
    let depth = 0;
    for (let node = provenanceTree(summary(chain)); node; node = node.children[0]) depth += 1;
    expect(depth).toBeLessThan(20);
  });

  it('shows an ingredient without credentials', () => {
    const root = manifest('a', [], {
      active: true,
      ingredients: [{ title: 'b.png', relationship: 'componentOf', failures: [] }],
    });
    expect(provenanceTree(summary([root]))?.children).toMatchObject([{ title: 'b.png', manifest: undefined }]);
  });

  it('is absent without manifests', () => {
    expect(provenanceTree(summary([]))).toBeUndefined();
  });
});

describe('metadata rows', () => {
  const location = { path: 'PNG/iTXt', offset: 8, length: 10 };

  it('names a source type in words and as written', () => {
    const rows = originRows({
      digitalSourceTypes: [
        {
          raw: trained,
          term: 'trainedAlgorithmicMedia',
          label: 'Generative AI',
          class: 'ai',
          form: 'uri',
          retired: false,
          property: 'Iptc4xmpExt:DigitalSourceType',
          location,
        },
      ],
      creatorTool: { value: 'Tool 1', property: 'xmp:CreatorTool', location },
      credit: null,
    } as never);
    expect(rows.map(({ name, value }) => `${name} = ${value}`)).toEqual([
      `Iptc4xmpExt:DigitalSourceType = Generative AI (${trained})`,
      'xmp:CreatorTool = Tool 1',
    ]);
  });

  it('writes the keys of a Chinese label as the standard does', () => {
    const site: AigcSite = {
      location,
      carrier: 'xmp',
      field: 'TC260:AIGC',
      standardPlace: true,
      raw: '{}',
      shape: 'bare',
      label: {
        label: '1',
        contentProducer: null,
        produceId: 'p',
        reservedCode1: null,
        contentPropagator: '',
        propagateId: null,
        reservedCode2: null,
      },
      meaning: 'is',
      missingKeys: ['ContentProducer', 'ReservedCode1', 'PropagateID', 'ReservedCode2'],
      unknownKeys: [],
      repeatedKeys: [],
      nonStringKeys: [],
      charsetViolations: [],
      producerCode: { kind: 'absent' },
      propagatorCode: { kind: 'absent' },
    };
    expect(aigcRows(site)).toEqual([
      { name: 'Label', value: '1' },
      { name: 'ProduceID', value: 'p' },
    ]);
    expect(aigcRows({ ...site, label: null, raw: 'not JSON' })).toEqual([{ name: 'TC260:AIGC', value: 'not JSON' }]);
  });
});
