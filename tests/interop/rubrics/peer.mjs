// C2PA's rubrics through Adobe's own json-formula: a second opinion that shares nothing with labeler-rubrics.
//
// The rules are those of "C2PA Asset Rubrics" (2026-07-31): how named expressions get their arguments, what a value
// means for a check, which manifests the signals rubric looks at.

import { readFileSync } from 'node:fs';
import JsonFormula from '@adobe/json-formula';
import strictStringToNumber from '@adobe/json-formula/src/stringToNumber.js';
import { parseAllDocuments } from 'yaml';

const ANY = 1;

/** The value of one expression, without any rubric. */
export function evaluate(expression, data, globals = {}) {
  return new JsonFormula({}, strictStringToNumber).search(expression, structuredClone(data), structuredClone(globals));
}

/** A rubric file, ready to run: `{statements, run(expression, data)}`. */
export function load(path) {
  const [block, ...rest] = parseAllDocuments(readFileSync(path, 'utf8')).map(document => document.toJS());
  const variables = { ...block.variables };
  // The expected version of the specification is in the file's name.
  const version = /spec(\d+\.\d+)/.exec(path);
  if (version) variables.$expected_spec_version = version[1];
  const bodies = block.expressions ?? {};
  const arities = inferArities(bodies);
  const globalNames = [...Object.keys(variables), ...Object.values(bodies).flatMap(body => body.match(/\$\w+/g) ?? [])];
  const functions = {};
  const engine = new JsonFormula(functions, strictStringToNumber);
  for (const [name, body] of Object.entries(bodies)) {
    const tree = engine.compile(body.trim(), globalNames);
    functions[name] = {
      _signature: Array.from({ length: arities[name] }, () => ({ types: [ANY] })),
      _func: (args, data, interpreter) => {
        if (arities[name] === 0) return interpreter.search(tree, data);
        const outer = interpreter.globals.$args;
        interpreter.globals.$args = [...args];
        try {
          return interpreter.search(tree, data);
        } finally {
          interpreter.globals.$args = outer;
        }
      },
    };
  }
  const ready = new JsonFormula(functions, strictStringToNumber);
  return {
    statements: rest.flat().filter(statement => statement.expression),
    run: (expression, data) => ready.search(expression.trim(), data, { ...variables }),
  };
}

// The most arguments that any named expression calls it with, or one more than the highest $args index in its body.
function inferArities(bodies) {
  const arities = Object.fromEntries(Object.keys(bodies).map(name => [name, 0]));
  for (const name of Object.keys(bodies)) {
    for (const body of Object.values(bodies)) {
      for (const call of body.matchAll(new RegExp(`\\b${name}\\s*\\(`, 'g'))) {
        arities[name] = Math.max(arities[name], countArguments(body.slice(call.index + call[0].length)));
      }
    }
    const used = [...bodies[name].matchAll(/\$args(?:\[(\d+)\])?/g)].map(match => Number(match[1] ?? 0) + 1);
    arities[name] = Math.max(arities[name], ...used);
  }
  return arities;
}

function countArguments(rest) {
  if (rest.startsWith(')')) return 0;
  let depth = 1;
  let count = 1;
  for (const c of rest) {
    if (c === '(') depth += 1;
    if (c === ')') depth -= 1;
    if (depth === 0) break;
    if (c === ',' && depth === 1) count += 1;
  }
  return count;
}

const truth = value => {
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return value > 0;
  return value !== null && value !== undefined;
};

/** `{id: {outcome, text}}` of a rubric over the whole document. */
export function overDocument(rubric, crjson) {
  const out = {};
  for (const statement of rubric.statements) {
    try {
      const value = rubric.run(statement.expression, structuredClone(crjson));
      const matched = Array.isArray(value) && value.length > 0;
      let outcome = 'pass';
      if (statement.failIfMatched) outcome = matched ? 'fail' : 'pass';
      else if (statement.warnIfMatched) outcome = matched ? 'warn' : 'pass';
      else outcome = truth(value) ? 'pass' : 'fail';
      let text = statement.reportText[outcome === 'pass' ? 'true' : 'false'].en;
      const listed = matched && typeof value[0] === 'string' && value.length <= 20;
      if (listed) text = text.replace('{{matches}}', value.join(', '));
      out[statement.id] = { outcome, text: text.includes('{{matches}}') ? null : text };
    } catch (error) {
      out[statement.id] = { outcome: 'error', text: null, why: error.message };
    }
  }
  return out;
}

/** For each manifest, pseudo-manifests last: its label, what it was made from, and the signals that are there. */
export function overManifests(rubric, crjson) {
  const nodes = crjson.manifests.filter(manifest => manifest.label).map(manifest => ({ manifest, edges: [] }));
  const place = new Map(nodes.map((node, index) => [node.manifest.label, index]));
  for (const node of [...nodes]) {
    const assertions = node.manifest.assertions ?? {};
    for (const [key, ingredient] of Object.entries(assertions)) {
      if (!key.startsWith('c2pa.ingredient')) continue;
      const url = ingredient.activeManifest?.url;
      if (url) {
        const label = url.includes('urn:c2pa:') ? url.slice(url.indexOf('urn:c2pa:')).split('/')[0] : url;
        if (place.has(label)) node.edges.push([place.get(label), ingredient.relationship ?? null]);
        continue;
      }
      const opened = Object.entries(assertions)
        .filter(([name]) => name.startsWith('c2pa.actions'))
        .flatMap(([, assertion]) => assertion.actions ?? [])
        .find(action => action.action === 'c2pa.opened' && action.digitalSourceType);
      const digitalSourceType = ingredient.digitalSourceType || opened?.digitalSourceType;
      if (!digitalSourceType) continue;
      node.edges.push([nodes.length, ingredient.relationship ?? null]);
      const actions = [{ action: 'c2pa.created', digitalSourceType }];
      nodes.push({
        manifest: { assertions: { 'c2pa.actions.v2': { allActionsIncluded: true, actions } } },
        edges: [],
      });
    }
  }
  return nodes.map(({ manifest, edges }) => {
    const signals = {};
    for (const statement of rubric.statements) {
      try {
        const present = truth(rubric.run(statement.expression, structuredClone(manifest)));
        signals[statement.id] = present ? 'present' : 'absent';
      } catch {
        signals[statement.id] = 'error';
      }
    }
    return { edges, signals };
  });
}
