// The API reference as HTML, from the OpenAPI document.

import { type Document, type Operation, resolve, type Schema, schemaName } from './document.ts';
import { code, escape, inline, prose, slug } from './html.ts';
import { BASE, type Language, languages, samplesOf } from './samples.ts';

const names: Record<Language, string> = { curl: 'curl', javascript: 'JavaScript', python: 'Python', rust: 'Rust' };

function typeOf(schema: Schema): string {
  if (schema.$ref) return `<a href="#schema-${slug(schemaName(schema.$ref))}">${escape(schemaName(schema.$ref))}</a>`;
  const choice = schema.oneOf ?? schema.anyOf;
  const single = choice?.find((each) => each.$ref);
  if (single) return `${typeOf(single)}${choice?.some((each) => each.type === 'null') ? ' or null' : ''}`;
  if (schema.type === 'object' && typeof schema.additionalProperties === 'object')
    return `map of ${typeOf(schema.additionalProperties)}`;
  const types = [schema.type ?? 'any'].flat();
  const named = types
    .map((type) => (type === 'array' && schema.items ? `array of ${typeOf(schema.items)}` : escape(type)))
    .join(' or ');
  return schema.format ? `${named} (${escape(schema.format)})` : named;
}

function limits(schema: Schema): string {
  const out: string[] = [];
  if (schema.enum) out.push(`One of ${schema.enum.map((each) => `<code>${escape(each)}</code>`).join(', ')}.`);
  if (schema.minimum !== undefined && schema.maximum !== undefined) out.push(`${schema.minimum} to ${schema.maximum}.`);
  if (schema.minLength !== undefined && schema.minLength === schema.maxLength)
    out.push(`${schema.minLength} characters.`);
  return out.join(' ');
}

function fields(
  rows: { name: string; schema: Schema; required: boolean; description?: string | undefined }[],
  document: Document,
): string {
  const lines = rows.map(({ name, schema, required, description }) => {
    const own = resolve(document, schema);
    const words = inline((description ?? own.description ?? '').replace(/\n/g, ' '));
    return `<div><dt><code>${escape(name)}</code> <span class="type">${typeOf(schema)}${required ? '' : ', optional'}</span></dt><dd>${words} ${limits(own)}</dd></div>`;
  });
  return `<dl class="fields">${lines.join('')}</dl>`;
}

function schemaFields(schema: Schema, document: Document): string {
  const own = resolve(document, schema);
  if (own.oneOf?.every((each) => each.properties)) {
    return own.oneOf
      .map((each) => `${each.description ? prose(each.description) : ''}${schemaFields(each, document)}`)
      .join('');
  }
  const rows = Object.entries(own.properties ?? {}).map(([name, property]) => ({
    name,
    schema: property,
    required: own.required?.includes(name) ?? false,
  }));
  return rows.length > 0 ? fields(rows, document) : `<p>${typeOf({ ...own })} ${limits(own)}</p>`;
}

function who(auth: Operation['auth']): string {
  if (auth.length === 0) return 'Everybody, without credentials.';
  const parts = auth.map((each) =>
    each === 'bearer' ? 'a key (<code>Authorization: Bearer</code>)' : 'a signed-in person (session cookie)',
  );
  return `${parts.join(' or ')}.`.replace(/^./, (first) => first.toUpperCase());
}

function answers(operation: Operation): string {
  const ok = Object.entries(operation.responses).filter(([status]) => status.startsWith('2'));
  const bad = Object.entries(operation.responses).filter(([status]) => !status.startsWith('2'));
  const good = ok.map(([status, answer]) => {
    const contents = Object.entries(answer.content ?? {}).map(
      ([type, { schema }]) => `<li><code>${escape(type)}</code>${schema ? `: ${typeOf(schema)}` : ''}</li>`,
    );
    const own = Object.entries(answer.headers ?? {}).filter(([, header]) => !header.$ref);
    const headers = own.map(
      ([name, header]) =>
        `<div><dt><code>${escape(name)}</code></dt><dd>${inline(header.description ?? '')}</dd></div>`,
    );
    return `<p><b>${status}</b> ${inline(answer.description)}</p>${contents.length > 0 ? `<ul>${contents.join('')}</ul>` : ''}${headers.length > 0 ? `<dl class="fields">${headers.join('')}</dl>` : ''}`;
  });
  const errors = bad.flatMap(([status, answer]) => {
    const examples = Object.values(answer.content ?? {}).flatMap(({ examples = {} }) => Object.values(examples));
    return examples.map(
      ({ value }) =>
        `<div><dt><code>${escape(value.error.code)}</code> <span class="type">${status}</span></dt><dd>${inline(value.error.message)}</dd></div>`,
    );
  });
  return `${good.join('')}<h4>Errors</h4><dl class="fields">${errors.join('')}</dl>`;
}

function operationHtml(document: Document, operation: Operation): string {
  const { operationId: id, method, path, summary, description } = operation;
  const samples = samplesOf(document, operation);
  const parameters = operation.parameters.map((each) => ({ ...each, required: each.required ?? false }));
  return `<section class="operation" id="${id}" aria-labelledby="${id}-title">
<h3 id="${id}-title"><span class="method">${method}</span> <span class="path">${escape(path)}</span></h3>
<div class="columns"><div>
${prose(summary)}${description ? prose(description) : ''}
<p><b>Who may call:</b> ${who(operation.auth)}</p>
${parameters.length > 0 ? `<h4>Parameters</h4>${fields(parameters, document)}` : ''}
${operation.body ? `<h4>Body (<code>${escape(operation.body.type)}</code>)</h4>${schemaFields(operation.body.schema, document)}` : ''}
<h4>Answer</h4>${answers(operation)}
</div><div class="samples">
${languages.map((language) => `<details name="${id}-samples"${language === 'curl' ? ' open' : ''}><summary>${names[language]}</summary>${code(samples[language], language, BASE)}</details>`).join('\n')}
</div></div>
</section>`;
}

export function referenceHtml(document: Document): string {
  const groups = document.tags.map((tag) => ({
    ...tag,
    operations: document.operations.filter((each) => each.tags.includes(tag.name)),
  }));
  const contents = groups
    .map(
      ({ name, description, operations }) =>
        `<li><a href="#${slug(name)}">${escape(description)}</a><ul>${operations.map((each) => `<li><a href="#${each.operationId}"><span class="method">${each.method}</span> ${escape(each.path)}</a></li>`).join('')}</ul></li>`,
    )
    .join('');
  const body = groups
    .map(
      ({ name, description, operations }) =>
        `<section aria-labelledby="${slug(name)}"><h2 id="${slug(name)}">${escape(description)}</h2>${operations.map((each) => operationHtml(document, each)).join('\n')}</section>`,
    )
    .join('\n');
  const schemas = Object.entries(document.components.schemas)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(
      ([name, schema]) =>
        `<section class="schema" id="schema-${slug(name)}"><h3>${escape(name)}</h3>${schema.description ? prose(schema.description) : ''}${schemaFields(schema, document)}</section>`,
    )
    .join('\n');
  return `<div class="intro">${prose(document.info.description)}
<p>Version ${escape(document.info.version)}. The document itself: <a href="/api/v1/openapi.json">openapi.json</a>.</p>
<p>The samples read a key from <code>LABELER_KEY</code>, a client from <code>CLIENT_ID</code> and <code>CLIENT_SECRET</code>, and a
session from <code>LABELER_COOKIE</code>, or for curl from <code>cookies.txt</code>. Python needs <code>requests</code>; Rust needs
<code>reqwest</code> with the features <code>blocking</code>, <code>form</code>, <code>json</code> and <code>multipart</code>,
<code>serde_json</code>, and for hashes <code>sha2</code> and <code>hex</code>.</p></div>
<nav class="contents" aria-label="Operations"><ul>${contents}<li><a href="#schemas">Schemas</a></li></ul></nav>
${body}
<section aria-labelledby="schemas"><h2 id="schemas">Schemas</h2>${schemas}</section>`;
}
