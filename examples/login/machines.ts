// The machines of the logins that the page offers.
import { fileURLToPath } from 'node:url';
import { compileMachine, loadDocument, type CompileOptions, type WorkflowMachine } from 'arazzo-xstate';
import { emailOtpLoginPlan, smsOtpLoginPlan, whatsappOtpLoginPlan } from 'arazzo-xstate/stytch';

export async function loginMachines(options: CompileOptions = {}): Promise<readonly WorkflowMachine[]> {
  const { value } = await loadDocument(
    fileURLToPath(new URL('workflows/work-login.arazzo.yaml', import.meta.url)),
  );
  const plan = value?.planFor('work-login');
  if (plan === undefined) throw new Error('The workflow "work-login" does not compile.');
  return [smsOtpLoginPlan, whatsappOtpLoginPlan, emailOtpLoginPlan, plan].map((one) =>
    compileMachine(one, options),
  );
}
