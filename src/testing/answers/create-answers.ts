import type { Scope } from '../../expressions/scope.ts';
import type { AnswerSources, Answers } from './answer.ts';

export type CreateAnswers = (sources: AnswerSources, scope: Scope) => Answers;
