// The part of an OpenAPI 3.1 document that the reference reads.

import { readFileSync } from 'node:fs';

export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  description?: string;
  enum?: unknown[];
  const?: unknown;
  example?: unknown;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  oneOf?: Schema[];
  anyOf?: Schema[];
  /** True: values of any kind. */
  additionalProperties?: Schema | boolean;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  contentMediaType?: string;
}

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  description?: string;
  schema: Schema;
  example?: unknown;
}

export interface Answer {
  description: string;
  headers?: Record<string, { $ref?: string; description?: string }>;
  content?: Record<
    string,
    { schema?: Schema; examples?: Record<string, { value: { error: { code: string; message: string } } }> }
  >;
}

export interface Operation {
  method: string;
  path: string;
  operationId: string;
  tags: string[];
  summary: string;
  description?: string;
  parameters: Parameter[];
  body?: { type: string; schema: Schema };
  responses: Record<string, Answer>;
  /** Who may call: a key, a signed-in person, or everybody. */
  auth: ('bearer' | 'session')[];
}

export interface Document {
  info: { title: string; version: string; description: string };
  tags: { name: string; description: string }[];
  components: { schemas: Record<string, Schema>; responses: Record<string, Answer> };
  operations: Operation[];
}

interface Raw extends Omit<Document, 'operations'> {
  security: Record<string, unknown>[];
  paths: Record<
    string,
    Record<
      string,
      Omit<Operation, 'body' | 'auth' | 'method' | 'path' | 'responses'> & {
        responses: Record<string, Answer | { $ref: string }>;
        security?: Record<string, unknown>[];
        requestBody?: { content: Record<string, { schema: Schema }> };
      }
    >
  >;
}

export function readDocument(path: string): Document {
  const raw = JSON.parse(readFileSync(path, 'utf8')) as Raw;
  const operations = Object.entries(raw.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { security, requestBody, responses, ...rest }]): Operation => {
      const [content] = Object.entries(requestBody?.content ?? {});
      return {
        ...rest,
        method: method.toUpperCase(),
        path,
        parameters: rest.parameters ?? [],
        responses: Object.fromEntries(
          Object.entries(responses).map(([status, answer]) => [status, answerOf(raw, answer)]),
        ),
        ...(content && { body: { type: content[0], schema: content[1].schema } }),
        auth: (security ?? raw.security).flatMap((each) => Object.keys(each)) as Operation['auth'],
      };
    }),
  );
  return { ...raw, operations };
}

/** A response, or the shared one that it refers to. */
function answerOf(raw: Raw, answer: Answer | { $ref: string }): Answer {
  if (!('$ref' in answer)) return answer;
  const found = raw.components.responses[schemaName(answer.$ref)];
  if (!found) throw new Error(`no response ${answer.$ref}`);
  return found;
}

/** A schema behind its reference, with the description given where it is referred to. */
export function resolve(document: Document, schema: Schema): Schema {
  if (!schema.$ref) return schema;
  const found = document.components.schemas[schemaName(schema.$ref)];
  if (!found) throw new Error(`no schema ${schema.$ref}`);
  return { ...found, ...(schema.description && { description: schema.description }) };
}

export function schemaName(ref: string): string {
  return ref.split('/').at(-1) ?? ref;
}
