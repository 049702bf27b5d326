// The shapes of the API's answers, by the names that they have in its OpenAPI document.

import type { components } from './openapi.d.ts';

export type Schemas = components['schemas'];

/**
 * An answer. The document lets a nullable field be absent; the API always writes it, as null if it has no value. `Absent`
 * names the fields that it leaves out instead.
 */
export type Answer<Name extends keyof Schemas, Absent extends keyof Schemas[Name] = never> = Required<
  Omit<Schemas[Name], Absent>
> & { [Field in Absent]?: NonNullable<Schemas[Name][Field]> };

/** A shape with more exact types for some fields, which the document describes in words. */
export type With<Shape, Exact> = Omit<Shape, keyof Exact> & Exact;
