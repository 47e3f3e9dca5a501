// Runs on Restate, for what one machine is not enough for: the service that hosts them, and the sessions that reach
// them from the web. For servers.
export { createRestateService } from './restate-service.ts';
export type { RestateService } from './restate-service.ts';
export { createRestateSessions } from './restate-sessions.ts';
export type { RestateEvent, RestateServiceOptions, RestateSessionsOptions } from './restate-options.ts';
