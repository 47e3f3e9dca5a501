import type { ModelCore } from '../../src/testing/workflow-model.ts';
import type { WorkflowPath } from '../../src/testing/workflow-path.ts';
import type { Subject } from '../model/lockstep.ts';
import { subjectIn } from '../model/workflow-files.ts';
import { CATALOGUE_SEARCH } from './answers/catalogue-search.ts';
import { CLIENT_CREDENTIALS } from './answers/client-credentials.ts';
import { CONTACT_CHANGE } from './answers/contact-change.ts';
import { CUSTOMER_IMPORT } from './answers/customer-import.ts';
import { EXPENSE_APPROVAL } from './answers/expense-approval.ts';
import { EXPORT_JOB } from './answers/export-job.ts';
import { FLIGHT_CHOICE } from './answers/flight-choice.ts';
import { OAUTH_CONSENT } from './answers/oauth-consent.ts';
import { PARCEL_SHIPPING } from './answers/parcel-shipping.ts';
import { PET_COUPONS } from './answers/pet-coupons.ts';
import { REPAIR_QUOTE } from './answers/repair-quote.ts';
import { TRIP_COMPENSATION } from './answers/trip-compensation.ts';
import { XML_RATES } from './answers/xml-rates.ts';
import type { Example } from './example.ts';

/** All of `workflows/examples/`, in the order of `docs/examples.md`. */
export const EXAMPLES: readonly Example[] = [
  PET_COUPONS,
  EXPORT_JOB,
  CATALOGUE_SEARCH,
  TRIP_COMPENSATION,
  PARCEL_SHIPPING,
  CLIENT_CREDENTIALS,
  XML_RATES,
  EXPENSE_APPROVAL,
  FLIGHT_CHOICE,
  OAUTH_CONSENT,
  CONTACT_CHANGE,
  CUSTOMER_IMPORT,
  REPAIR_QUOTE,
];

export const EXAMPLES_FOLDER = new URL('../../workflows/examples/', import.meta.url);

/** The paths of an example that the search does not try. */
export function extraPaths(core: ModelCore, { extra = [] }: Example): readonly WorkflowPath[] {
  return extra.map((happenings) => core.along(happenings.map((happening) => ({ happening }))));
}

/** An example's workflow, as the compiler and as the reference interpreter see it. */
export function subjectFor({ file, workflowId }: Example): Promise<Subject> {
  return subjectIn(new URL(file, EXAMPLES_FOLDER), workflowId);
}
