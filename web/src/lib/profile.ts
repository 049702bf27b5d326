// The compliance profile: what labels say about the provider of the AI system, as the API gives and takes it.

import type { Answer } from './schemas.ts';
import { api } from './api.ts';

/** Its fields, as the API names them. */
export const profileFields = ['provider', 'aiSystem', 'aiSystemVersion', 'producerCode'] as const;
export type ProfileField = (typeof profileFields)[number];
/** Values that the workspace keeps; null where none is set. */
export type ComplianceProfile = Answer<'ProfileDetail'>;
/** Values of the form's fields. */
export type Entered = Record<ProfileField, string>;

/** The profile of the workspace that the session looks at. */
export const complianceProfile = async () =>
  (await api<{ complianceProfile: ComplianceProfile }>('GET', '/workspace')).complianceProfile;

/**
 * Returns the workspace's value for a field that is left empty, or an empty string. A version is returned only together with
 * its system.
 */
export function usualFor(field: ProfileField, entered: Entered, usual: ComplianceProfile | undefined): string {
  const system = entered.aiSystem.trim();
  const isOfAnother = field === 'aiSystemVersion' && system !== '' && system !== usual?.aiSystem;
  return isOfAnother ? '' : (usual?.[field] ?? '');
}
