// Compiled by `npm run typecheck`, never run: what the hook asks for, and what it gives.
import { expectTypeOf } from 'vitest';
import { fromRemoteWorkflow, type RemoteOutput, type RemoteSnapshot } from '../../src/client/index.ts';
import { smsOtpLogin } from '../../src/machines/stytch/index.ts';
import { useWorkflow } from '../../src/react/index.ts';

const remote = fromRemoteWorkflow('/runs');

const { snapshot, send } = useWorkflow(remote, { input: { workflowId: 'sms-otp-login' } });
expectTypeOf(snapshot).toEqualTypeOf<RemoteSnapshot>();
expectTypeOf(snapshot.output).toEqualTypeOf<RemoteOutput | undefined>();
send({ type: 'submit', values: { phone_number: '+10000000000' } });
// @ts-expect-error -- a run on a server is one that is begun, or one that was
useWorkflow(remote);
// @ts-expect-error -- likewise
useWorkflow(remote, {});

// A machine in the page asks for what it was not given.
useWorkflow(smsOtpLogin);
useWorkflow(smsOtpLogin, { input: { inputs: { phone_number: '+10000000000' } } });
