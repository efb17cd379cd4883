import { z } from 'zod';
import { type ExplainedProblem, explainProblems, validate } from '../../routing/index.ts';
import { type OrganizationFile, planDocumentOf, readOrganizationForm, repeatedKeys } from '../organization-file.ts';

/** What is wrong with a configuration, or might be. */
export const planCheckSchema = z.object({
  /** Whether it can be published: nothing is an error. */
  ok: z.boolean(),
  problems: z.array(
    z.object({
      severity: z.enum(['error', 'warning']),
      /** Dotted, as in the file: `ivrMenus.0.options.1.to`. */
      path: z.string(),
      line: z.int().optional(),
      message: z.string(),
      /** How a call gets there: `number:+1… > ivr_menu:main > key 2 > ring_group:sales`. */
      way: z.string().optional(),
    }),
  ),
});

export type PlanCheck = z.output<typeof planCheckSchema>;

/** Judges the text of an organization's file: form, names, and where its calls would go. Changes nothing. */
export function checkFile(text: string): PlanCheck {
  const read = readOrganizationForm(text);
  if (!read.ok) return { ok: false, problems: read.problems.map((problem) => ({ ...problem, severity: 'error' })) };
  const problems = problemsOf(read.value).map((problem) => ({
    ...problem,
    line: read.lineOf(problem.path.split('.')),
  }));
  const isError = ({ severity }: ExplainedProblem) => severity === 'error';
  return {
    ok: !problems.some(isError),
    problems: [...problems.filter(isError), ...problems.filter((problem) => !isError(problem))],
  };
}

function problemsOf(file: OrganizationFile): ExplainedProblem[] {
  const document = planDocumentOf(file);
  const repeated = repeatedKeys(file).map((problem) => ({ ...problem, severity: 'error' as const }));
  return [...explainProblems(document, validate(document)), ...repeated];
}
