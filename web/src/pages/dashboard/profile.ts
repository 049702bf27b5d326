// What is wrong with the fields of the compliance profile, before it is sent and after it was refused.

import { ApiFailure } from '../../lib/api.ts';
import { profileFields, type ComplianceProfile, type Entered, type ProfileField } from '../../lib/profile.ts';

/** Characters of a name or a version; crates/labeling/src/options.rs has the same limit. */
export const LONGEST = 200;

/** `text`: too long or with control characters; `code`: no such code; `alone`: a version without its system. */
export type Fault = 'text' | 'code' | 'alone';
export type Faults = Partial<Record<ProfileField, Fault>>;

// 001, 1, a unified social credit code, five characters. Its check character is the server's to judge.
const CODE = /^0011[0-9A-HJ-NPQRTUWXY]{18}[0-9A-Za-z]{5}$/;

/** The fields as the API takes them: empty ones are cleared. */
export function profileOf(entered: Entered): ComplianceProfile {
  const given = profileFields.map((field) => [field, entered[field].trim() || null]);
  return Object.fromEntries(given) as ComplianceProfile;
}

/** The fields as a form shows them. */
export function enteredOf(profile: ComplianceProfile): Entered {
  return Object.fromEntries(profileFields.map((field) => [field, profile[field] ?? ''])) as Entered;
}

/** What can be told to be wrong without the server. */
export function faultsOf(profile: ComplianceProfile): Faults {
  const faults: Faults = {};
  for (const field of profileFields) if ([...(profile[field] ?? '')].length > LONGEST) faults[field] = 'text';
  if (profile.aiSystemVersion !== null && profile.aiSystem === null) faults.aiSystemVersion = 'alone';
  if (profile.producerCode !== null && !CODE.test(profile.producerCode)) faults.producerCode = 'code';
  return faults;
}

/** The field that the server refused, if it was one of these. */
export function refused(cause: unknown): Faults {
  const named = cause instanceof ApiFailure ? /^complianceProfile\.(\w+)$/.exec(cause.field ?? '')?.[1] : undefined;
  const field = profileFields.find((each) => each === named);
  return field ? { [field]: field === 'producerCode' ? 'code' : 'text' } : {};
}
