#!/usr/bin/env node
import { runDemo } from './run-demo.ts';
import { runInProcess } from './process-terminal.ts';

await runInProcess(runDemo);
