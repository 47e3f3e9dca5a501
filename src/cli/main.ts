#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// Half of a short command's time is the compiling of modules. Node keeps the result between runs, unless it is told not
// to (NODE_DISABLE_COMPILE_CACHE), and goes on without where nothing can be written.
enableCompileCache();
const [{ runInProcess }, { runCli }] = await Promise.all([
  import('./process-terminal.ts'),
  import('./program.ts'),
]);
await runInProcess(runCli);
