import { refuse } from './errors.ts';
import type { SandboxOperation } from './operation.ts';
import { liveSessions, sessionBody } from './sessions.ts';
import { storedUser } from './users.ts';
import { isUserReference } from './validation.ts';

/** Lists the sessions of a user that are not over. The user of the sandbox destinations is not found. */
export const getSessions: SandboxOperation = {
  operationId: 'api_session_v1_Get',
  api: 'consumer',
  method: 'GET',
  path: '/v1/sessions',
  prepare: (context, fields) => {
    const reference = fields.required('user_id', 'invalid_user_id', isUserReference);
    return {
      perform: () => {
        const user = storedUser(context, reference) ?? refuse('user_not_found');
        return { sessions: liveSessions(context, 'user', user.user_id).map(sessionBody) };
      },
    };
  },
};
